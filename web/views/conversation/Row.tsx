import { observer } from 'mobx-react-lite'
import type { UserId } from '#protocol/ids.ts'
import { noticeWords } from '../../i18n/record-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import type { NoticeRow, TimelineRow } from '../../stores/timeline-rows.ts'
import { Upload } from '../files/Upload.tsx'
import { useStores } from '../stores-context.ts'
import { Message } from './Message.tsx'
import styles from './Row.module.css'

type Props = { row: TimelineRow; conversation: ConversationStore }

/** One row of the timeline with what stands above it: the day, and where the unread ones begin. */
export const Row = observer(function Row({ row, conversation }: Props) {
  const { locale, clock } = useStores()
  const { t, dates } = locale
  return (
    <div className={styles.row}>
      {row.opensDay && <p className={styles.day}>{dates.day(row.at, clock.now)}</p>}
      {row.opensUnread && <p className={styles.unread}>{t.room.unreadFrom}</p>}
      <Line row={row} conversation={conversation} />
    </div>
  )
})

function Line({ row, conversation }: Props) {
  switch (row.kind) {
    case 'notice':
      return <NoticeLine row={row} />
    case 'message':
      return <Message row={row} conversation={conversation} />
    case 'upload':
      return <Upload row={row} conversation={conversation} />
  }
}

const NoticeLine = observer(function NoticeLine({ row }: { row: NoticeRow }) {
  const { profiles, session, locale } = useStores()
  const { t } = locale
  const nameOf = (user: UserId) => (user === session.me?.user ? t.you : (profiles.of(user)?.name ?? t.somebody))
  return (
    <p className={styles.notice} data-seq={row.seq}>
      {noticeWords(row.record, t, nameOf)}
    </p>
  )
})

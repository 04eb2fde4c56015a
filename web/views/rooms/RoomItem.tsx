import { observer } from 'mobx-react-lite'
import { Link, useRoute } from 'wouter'
import type { RoomView } from '#client/index.ts'
import type { UserId } from '#protocol/ids.ts'
import { saidWords } from '../../i18n/file-words.ts'
import { noticeWords } from '../../i18n/record-words.ts'
import { typingWords } from '../../i18n/typing-words.ts'
import { patterns, routes } from '../../routes.ts'
import { lastActivity } from '../../stores/rooms-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Badge } from '../../ui/Badge.tsx'
import { useStores } from '../stores-context.ts'
import styles from './RoomItem.module.css'

export const RoomItem = observer(function RoomItem({ room }: { room: RoomView }) {
  const stores = useStores()
  const { rooms, locale, clock } = stores
  const { t, dates } = locale
  const [, params] = useRoute(patterns.room)
  const name = rooms.nameOf(room)
  const at = lastActivity(room)
  return (
    <Link
      className={styles.item}
      href={routes.room(room.id)}
      onClick={() => stores.conversation(room.id).turnTo()}
      aria-current={params?.room === room.id ? 'page' : undefined}
    >
      <Avatar id={room.peer ?? room.id} name={name} group={room.kind === 'group'} />
      <span className={styles.name}>{name ?? t.somebody}</span>
      <time className={styles.time} dateTime={new Date(at).toISOString()}>
        {at > 0 && dates.brief(at, clock.now)}
      </time>
      <span className={styles.preview}>
        <Preview room={room} />
      </span>
      <Badge count={room.unread} label={t.rooms.unread(room.unread)} />
    </Link>
  )
})

/** The newest words of a conversation: that somebody writes, a draft, what waits to be sent, or what was said last. */
const Preview = observer(function Preview({ room }: { room: RoomView }) {
  const { drafts, profiles, session, locale } = useStores()
  const { t } = locale
  const nameOf = (user: UserId) => (user === session.me?.user ? t.you : (profiles.of(user)?.name ?? t.somebody))
  const typing = typingWords(room, t, nameOf)
  if (typing !== undefined) return <em>{typing}</em>
  const draft = drafts.of(room.id)
  if (draft !== '') {
    return (
      <>
        <em>{t.rooms.draft}</em>
        {t.space}
        {draft}
      </>
    )
  }
  const waiting = room.outgoing.at(-1)
  if (waiting) return t.rooms.says(t.you, saidWords(waiting, t))
  const record = room.records.at(-1)
  if (!record) return null
  if (record.kind !== 'text') return noticeWords(record, t, nameOf)
  const own = record.by === session.me?.user
  const words = saidWords(record, t)
  return own || room.kind === 'group' ? t.rooms.says(nameOf(record.by), words) : words
})

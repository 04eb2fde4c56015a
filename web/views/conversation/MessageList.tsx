import { ArrowDown } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { useEffect, useRef, useState } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Hidden } from '../../ui/Hidden.tsx'
import { useStores } from '../stores-context.ts'
import styles from './MessageList.module.css'
import { OlderPart } from './OlderPart.tsx'
import { Row } from './Row.tsx'

type Props = { conversation: ConversationStore }

/** Rows prepared above and below what is seen, in pixels. */
const OVERSCAN_PX = 600
/** So near to the end counts as the end. */
const BOTTOM_WITHIN_PX = 40

const NEWEST = { index: 'LAST', align: 'end' } as const

/** The timeline. A row's index is its sequence, so that older rows come in above without moving what is read. */
export const MessageList = observer(function MessageList({ conversation }: Props) {
  const { t } = useStores().locale
  const list = useRef<VirtuosoHandle>(null)
  const { rows, unseen, sends } = conversation
  useEffect(() => {
    if (sends > 0) list.current?.scrollToIndex(NEWEST)
  }, [sends])
  const [start] = useState(() => startOf(conversation))
  if (rows.length === 0) return <p className={styles.empty}>{t.room.empty}</p>

  function toNewest() {
    list.current?.scrollToIndex(NEWEST)
  }

  return (
    <section className={styles.list} aria-label={t.room.messages}>
      <Virtuoso
        key={conversation.span}
        ref={list}
        className={styles.scroller}
        data={rows}
        firstItemIndex={conversation.firstIndex}
        initialTopMostItemIndex={conversation.span === 0 ? start : NEWEST}
        computeItemKey={(_, row) => row.key}
        itemContent={(_, row) => <Row row={row} conversation={conversation} />}
        increaseViewportBy={OVERSCAN_PX}
        atBottomThreshold={BOTTOM_WITHIN_PX}
        atBottomStateChange={(atBottom) => conversation.setAtBottom(atBottom)}
        rangeChanged={({ endIndex }) => conversation.show(endIndex)}
        startReached={() => void conversation.loadOlder()}
        followOutput
        alignToBottom
        context={conversation}
        components={{ Header: OlderPart, Footer: Foot }}
      />
      {!conversation.atBottom && (
        <div className={styles.jump}>
          <Button look={unseen > 0 ? 'filled' : 'quiet'} size="small" icon={<ArrowDown />} onClick={toNewest}>
            {unseen > 0 ? t.room.newBelow(unseen) : t.room.toNewest}
          </Button>
        </div>
      )}
      <Announcement conversation={conversation} />
    </section>
  )
})

/** Opens at the first unread message, else at the newest. */
function startOf(conversation: ConversationStore) {
  const unread = conversation.firstUnread()
  if (unread === undefined) return NEWEST
  return { index: unread - conversation.firstIndex, align: 'start' } as const
}

function Foot() {
  return <div className={styles.foot} />
}

/** Reads new messages to those who listen. */
const Announcement = observer(function Announcement({ conversation }: Props) {
  const { profiles, locale } = useStores()
  const { newest } = conversation
  const name = newest && (profiles.of(newest.by)?.name ?? locale.t.somebody)
  return <Hidden aria-live="polite">{newest && name && locale.t.rooms.says(name, newest.text)}</Hidden>
})

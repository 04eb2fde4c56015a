import { ArrowDown } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { useRef } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Hidden } from '../../ui/Hidden.tsx'
import { useStores } from '../stores-context.ts'
import { NEWEST, usePlace } from './list-place.ts'
import styles from './MessageList.module.css'
import { OlderPart } from './OlderPart.tsx'
import { Row } from './Row.tsx'

type Props = { conversation: ConversationStore }

/** Rows prepared above what is seen, in pixels. None below: the last row of the range counts as seen, and is marked read. */
const PREPARED = { top: 600, bottom: 0 }
/** A message of one line. Else the first row would be measured, which a day and a mark make twice as high. */
const USUAL_ROW_PX = 44
/** So near to the end counts as the end. */
const BOTTOM_WITHIN_PX = 40

/** The timeline. A row's index is its sequence, so that older rows come in above without moving what is read. */
export const MessageList = observer(function MessageList({ conversation }: Props) {
  const { t } = useStores().locale
  const list = useRef<VirtuosoHandle>(null)
  const frame = useRef<HTMLElement>(null)
  const { rows, unseen } = conversation
  const { start, isFollowing } = usePlace(conversation, list, frame)
  if (rows.length === 0) return <p className={styles.empty}>{t.room.empty}</p>

  function toNewest() {
    list.current?.scrollToIndex(NEWEST)
  }

  return (
    <section ref={frame} className={styles.list} aria-label={t.room.messages}>
      <Virtuoso
        key={conversation.span}
        ref={list}
        className={styles.scroller}
        data={rows}
        firstItemIndex={conversation.firstIndex}
        initialTopMostItemIndex={conversation.span === 0 ? start : NEWEST}
        computeItemKey={(_, row) => row.key}
        itemContent={(_, row) => <Row row={row} conversation={conversation} />}
        defaultItemHeight={USUAL_ROW_PX}
        increaseViewportBy={PREPARED}
        atBottomThreshold={BOTTOM_WITHIN_PX}
        atBottomStateChange={(atBottom) => conversation.setAtBottom(atBottom)}
        rangeChanged={({ startIndex, endIndex }) => conversation.show(startIndex, endIndex)}
        // Its own answer is also yes while it still scrolls, and then older rows that come in above lead to the end.
        followOutput={isFollowing && (() => conversation.atBottom)}
        alignToBottom
        context={conversation}
        components={{ Header: OlderPart, Footer: Foot }}
      />
      {conversation.isAbove && (
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

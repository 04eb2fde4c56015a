import { ArrowDown } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { useRef } from 'react'
import { saidWords } from '../../i18n/file-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Hidden } from '../../ui/Hidden.tsx'
import { useStores } from '../stores-context.ts'
import { Chunk, chunksOf } from './Chunk.tsx'
import styles from './MessageList.module.css'
import { OlderPart } from './OlderPart.tsx'
import { usePlace } from './use-place.ts'

type Props = { conversation: ConversationStore }

/** The timeline. */
export const MessageList = observer(function MessageList({ conversation }: Props) {
  const { t } = useStores().locale
  if (conversation.rows.length === 0) return <p className={styles.empty}>{t.room.empty}</p>
  return (
    <div className={styles.list}>
      <Rows key={conversation.span} conversation={conversation} />
      <Announcement conversation={conversation} />
    </div>
  )
})

/** A row's index is its sequence, so that older rows come in above without changing what is there. */
const Rows = observer(function Rows({ conversation }: Props) {
  const { t } = useStores().locale
  const scroller = useRef<HTMLElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const place = usePlace(conversation, scroller, content)
  const { rows, firstIndex, unseen } = conversation

  function jump() {
    // The button goes, and must not take the focus with it.
    scroller.current?.focus()
    place.toNewest()
  }

  return (
    <>
      <section
        ref={scroller}
        className={styles.scroller}
        aria-label={t.room.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: with the focus on it, keys scroll it
        tabIndex={0}
        onScroll={place.scrolled}
      >
        <div ref={content} className={styles.content}>
          <OlderPart conversation={conversation} />
          {chunksOf(rows, firstIndex).map((chunk) => (
            <Chunk
              key={chunk.id}
              {...chunk}
              beginsThere={place.beginsThere(chunk.id)}
              conversation={conversation}
              onLayout={place.hold}
            />
          ))}
        </div>
      </section>
      {conversation.isAbove && (
        <div className={styles.jump}>
          <Button look={unseen > 0 ? 'filled' : 'quiet'} size="small" icon={<ArrowDown />} onClick={jump}>
            {unseen > 0 ? t.room.newBelow(unseen) : t.room.toNewest}
          </Button>
        </div>
      )}
    </>
  )
})

/** Reads new messages to those who listen. */
const Announcement = observer(function Announcement({ conversation }: Props) {
  const { profiles, locale } = useStores()
  const { newest } = conversation
  const name = newest && (profiles.of(newest.by)?.name ?? locale.t.somebody)
  return <Hidden aria-live="polite">{newest && name && locale.t.rooms.says(name, saidWords(newest, locale.t))}</Hidden>
})

import { observer } from 'mobx-react-lite'
import { refusalWords } from '../../i18n/refusal-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import type { MessageRow } from '../../stores/timeline-rows.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { classes } from '../../ui/classes.ts'
import { hueOf } from '../../ui/hue.ts'
import { LinkedText } from '../../ui/LinkedText.tsx'
import { Attachments } from '../files/Attachments.tsx'
import { useStores } from '../stores-context.ts'
import { DeliveryMark } from './DeliveryMark.tsx'
import styles from './Message.module.css'

type Props = { row: MessageRow; conversation: ConversationStore }

/** waiting: in the outbox; stored: in the timeline; refused: will never be. Others' messages are always stored. */
function stateOf({ outgoing }: MessageRow): 'waiting' | 'stored' | 'refused' {
  if (!outgoing) return 'stored'
  return outgoing.refusal ? 'refused' : 'waiting'
}

export const Message = observer(function Message({ row, conversation }: Props) {
  const { profiles, locale } = useStores()
  const { t, dates } = locale
  const { own, by, text, files, seq, at, opensGroup, closesGroup, outgoing } = row
  const inGroup = conversation.room?.kind === 'group'
  const name = profiles.of(by)?.name
  return (
    <article
      className={classes(
        styles.message,
        own && styles.own,
        opensGroup && styles.opens,
        closesGroup && styles.closes,
        seq !== undefined && conversation.pointer.seq === seq && styles.pointed,
      )}
      data-seq={seq}
      // Whoever has pointed at it goes on from it.
      tabIndex={-1}
      data-state={stateOf(row)}
    >
      {inGroup && !own && (
        <span className={styles.face}>{closesGroup && <Avatar id={by} name={name} size="small" />}</span>
      )}
      <div className={styles.bubble}>
        {inGroup && !own && opensGroup && (
          <p className={styles.author} style={{ '--hue': hueOf(by) }}>
            {name ?? t.somebody}
          </p>
        )}
        {files.length > 0 && <Attachments files={files} conversation={conversation} isThere={seq !== undefined} />}
        <div className={styles.line}>
          <p className={styles.text} dir="auto">
            <LinkedText text={text} />
          </p>
          <p className={styles.meta}>
            <time dateTime={new Date(at).toISOString()} title={dates.moment(at)}>
              {dates.time(at)}
            </time>
            {own && <DeliveryMark row={row} conversation={conversation} />}
          </p>
        </div>
        {outgoing?.refusal && (
          <div className={styles.refused} role="alert">
            <p>{t.room.refusedFor(refusalWords(outgoing.refusal, t, dates))}</p>
            {!outgoing.files && (
              <Button look="quiet" size="small" onClick={() => void conversation.sendAgain(outgoing)}>
                {t.tryAgain}
              </Button>
            )}
            <Button look="quiet-danger" size="small" onClick={() => void conversation.discard(outgoing)}>
              {t.room.discard}
            </Button>
          </div>
        )}
      </div>
    </article>
  )
})

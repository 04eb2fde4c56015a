import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import type { ReactNode } from 'react'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import type { MessageRow } from '../../stores/timeline-rows.ts'
import { classes } from '../../ui/classes.ts'
import { Hidden } from '../../ui/Hidden.tsx'
import { useStores } from '../stores-context.ts'
import styles from './DeliveryMark.module.css'

type Props = { row: MessageRow; conversation: ConversationStore }

/** How far an own message has come, as a sign and in words. */
export const DeliveryMark = observer(function DeliveryMark({ row, conversation }: Props) {
  const { t } = useStores().locale
  const { words, icon, isRead } = describe(row, conversation, t)
  return (
    <span className={classes(styles.mark, isRead && styles.read)} title={words}>
      {icon}
      <Hidden>{words}</Hidden>
    </span>
  )
})

function describe(
  { seq, outgoing }: MessageRow,
  conversation: ConversationStore,
  t: ReturnType<typeof useStores>['locale']['t'],
): { readonly words: string; readonly icon: ReactNode; readonly isRead?: boolean } {
  if (outgoing?.refusal) return { words: t.room.refused, icon: <CircleAlert aria-hidden /> }
  if (seq === undefined) return { words: t.room.waiting, icon: <Clock aria-hidden /> }
  const readers = conversation.readersOf(seq)
  if (readers > 0) {
    const isGroup = conversation.room?.kind === 'group'
    return { words: isGroup ? t.room.readBy(readers) : t.room.read, icon: <CheckCheck aria-hidden />, isRead: true }
  }
  if (conversation.isReceived(seq)) return { words: t.room.received, icon: <CheckCheck aria-hidden /> }
  return { words: t.room.sent, icon: <Check aria-hidden /> }
}

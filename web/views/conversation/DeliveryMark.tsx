import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import type { MessageRow } from '../../stores/timeline-rows.ts'
import { Hidden } from '../../ui/Hidden.tsx'
import { useStores } from '../stores-context.ts'

type Props = { row: MessageRow; conversation: ConversationStore }

/** How far an own message has come, as a sign and in words. */
export const DeliveryMark = observer(function DeliveryMark({ row, conversation }: Props) {
  const { t } = useStores().locale
  const { words, icon } = describe(row, conversation, t)
  return (
    <span title={words}>
      {icon}
      <Hidden>{words}</Hidden>
    </span>
  )
})

function describe(
  { seq, outgoing }: MessageRow,
  conversation: ConversationStore,
  t: ReturnType<typeof useStores>['locale']['t'],
) {
  if (outgoing?.refusal) return { words: t.room.refused, icon: <CircleAlert aria-hidden /> }
  if (seq === undefined) return { words: t.room.waiting, icon: <Clock aria-hidden /> }
  const readers = conversation.readersOf(seq)
  if (readers === 0) return { words: t.room.sent, icon: <Check aria-hidden /> }
  const isGroup = conversation.room?.kind === 'group'
  return { words: isGroup ? t.room.readBy(readers) : t.room.read, icon: <CheckCheck aria-hidden /> }
}

import { MessagesSquare } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { useLayoutEffect, useState } from 'react'
import { useLocation } from 'wouter'
import type { RoomId } from '#protocol/ids.ts'
import { routes } from '../../routes.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { useStores } from '../stores-context.ts'
import { Composer } from './Composer.tsx'
import { ConversationHeader } from './ConversationHeader.tsx'
import styles from './ConversationScreen.module.css'
import { MessageList } from './MessageList.tsx'
import { Stranded } from './Stranded.tsx'

/** One conversation. It is `key`ed by the room, so that each opens anew. */
export const ConversationScreen = observer(function ConversationScreen({ id }: { id: RoomId }) {
  const stores = useStores()
  const { t } = stores.locale
  const conversation = stores.conversation(id)
  const [, navigate] = useLocation()
  const isWatched = useWatch(conversation)
  const { room } = conversation
  if (!isWatched) return null
  if (!room) {
    const icon = <MessagesSquare strokeWidth={1} />
    const stranded = stores.rooms.strandedIn(id)
    return stores.session.isArriving ? (
      <EmptyState icon={icon} title={t.rooms.opening} />
    ) : (
      <EmptyState icon={icon} title={t.rooms.gone} lead={t.rooms.goneLead}>
        {stranded && <Stranded {...stranded} />}
        <Button look="quiet" onClick={() => navigate(routes.home)}>
          {t.entrance.goOn}
        </Button>
      </EmptyState>
    )
  }
  return (
    <section
      className={styles.screen}
      aria-label={stores.rooms.nameOf(room) ?? t.somebody}
      onDragOver={(event) => event.dataTransfer.types.includes('Files') && event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        conversation.chosen.add([...event.dataTransfer.files])
        conversation.turnTo()
      }}
    >
      <ConversationHeader room={room} conversation={conversation} />
      <MessageList conversation={conversation} />
      <Composer conversation={conversation} />
    </section>
  )
})

/** Whether looking has begun: only then it is known above which row the line stands that the list opens at. */
function useWatch(conversation: ConversationStore): boolean {
  const [isWatched, setIsWatched] = useState(false)
  useLayoutEffect(() => {
    const stop = conversation.watch()
    setIsWatched(true)
    return stop
  }, [conversation])
  return isWatched
}

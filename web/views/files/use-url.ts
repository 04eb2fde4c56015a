import { useEffect } from 'react'
import type { FileId } from '#protocol/ids.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { useStores } from '../stores-context.ts'

/** Where a file can be had. Asked for when it is wanted, and again when there is a connection. */
export function useUrl(conversation: ConversationStore, file: FileId, isWanted: boolean): string | undefined {
  const { session } = useStores()
  const isLive = session.connection.status === 'live'
  useEffect(() => {
    if (isWanted && isLive) void conversation.urls.fetch(file, Date.now())
  }, [conversation, file, isWanted, isLive])
  return conversation.urls.of(file)
}

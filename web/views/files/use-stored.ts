import { useEffect, useRef, useState } from 'react'
import type { FileId } from '#protocol/ids.ts'
import { availabilityOf } from '../../files/availability.ts'
import type { Trouble } from '../../i18n/file-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { useStores } from '../stores-context.ts'
import { useUrl } from './use-url.ts'

type Stored = {
  readonly url: string | undefined
  /** Why it cannot be seen or heard, where that is so. */
  readonly trouble: Trouble | undefined
  /** To be told when the element cannot show what is at the URL. */
  failed(): Promise<void>
  /** To be told when it can. */
  worked(): void
  again(): Promise<void>
}

/**
 * A file for an element that shows it. One that is not asked for at once, or for a part only, may find its URL expired:
 * it gets another, and where that fails, too, a word of why.
 */
export function useStored(conversation: ConversationStore, file: FileId, isWanted: boolean): Stored {
  const { session } = useStores()
  const isLive = session.connection.status === 'live'
  const known = useUrl(conversation, file, isWanted)
  const [url, setUrl] = useState(known)
  const [trouble, setTrouble] = useState<Trouble>()
  const isRenewed = useRef(false)
  // Later ones are for others: with another URL what plays would begin anew.
  if (url === undefined && known !== undefined) setUrl(known)

  async function failed() {
    if (url === undefined) return
    if (!isRenewed.current) {
      isRenewed.current = true
      const fresh = await conversation.urls.renew(file, url)
      if (fresh !== undefined && fresh !== url) return setUrl(fresh)
    }
    const availability = await availabilityOf(url)
    setTrouble(availability === 'there' ? 'not shown' : availability)
  }

  async function again() {
    const fresh = url && (await conversation.urls.renew(file, url))
    isRenewed.current = true
    if (fresh) setUrl(fresh)
    setTrouble(undefined)
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the connection that gives hope
  useEffect(() => {
    if (isLive && trouble) void again()
  }, [isLive])

  const worked = () => {
    isRenewed.current = false
  }
  return { url, trouble, failed, worked, again }
}

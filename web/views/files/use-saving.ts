import { useState } from 'react'
import type { Attachment } from '#protocol/file.ts'
import { type Availability, availabilityOf } from '../../files/availability.ts'
import { troubleWords } from '../../i18n/file-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { useStores } from '../stores-context.ts'
import { save } from './save.ts'

/** `trouble`: why it could not be saved when somebody last tried. */
type Saving = { readonly trouble: string | undefined; download(): Promise<void> }

/** A way to have a file outside of the page. */
export function useSaving(file: Attachment, conversation: ConversationStore): Saving {
  const { t } = useStores().locale
  const [found, setFound] = useState<Availability>('there')

  async function download() {
    const url = await conversation.urls.toSave(file.file)
    const availability = url === undefined ? 'not now' : await availabilityOf(url)
    setFound(availability)
    if (url !== undefined && availability === 'there') save(url, file.name)
  }

  return { trouble: found === 'there' ? undefined : troubleWords(found, t), download }
}

import { Download, File as FileIcon } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { type ReactNode, useState } from 'react'
import type { Attachment } from '#protocol/file.ts'
import { type Availability, availabilityOf } from '../../files/availability.ts'
import { sizeWords, type Trouble, troubleWords } from '../../i18n/file-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { useStores } from '../stores-context.ts'
import styles from './FileCard.module.css'
import { save } from './save.ts'

type Props = {
  file: Attachment
  conversation: ConversationStore
  /** Why it cannot be seen or heard where it stands. */
  trouble?: Trouble | undefined
  /** What is said beside its size. */
  details?: string
  children?: ReactNode
}

/** What it is called and how large it is, with a way to have it. */
export const FileCard = observer(function FileCard({ file, conversation, trouble, details, children }: Props) {
  const { t, lang } = useStores().locale
  const [found, setFound] = useState<Availability>('there')

  async function download() {
    const url = await conversation.urls.toSave(file.file)
    const availability = url === undefined ? 'not now' : await availabilityOf(url)
    setFound(availability)
    if (url !== undefined && availability === 'there') save(url, file.name)
  }

  const said = found === 'there' ? trouble : found
  const facts = [sizeWords(file.bytes, lang), ...(details === undefined ? [] : [details])]
  return (
    <div className={styles.card}>
      <FileIcon aria-hidden />
      <span className={styles.name}>
        <bdi>{file.name}</bdi>
        <small role={said && 'alert'}>{said ? troubleWords(said, t) : facts.join(' · ')}</small>
      </span>
      {children}
      <IconButton label={t.files.download(file.name)} icon={<Download />} onClick={() => void download()} />
    </div>
  )
})

import { Download, File as FileIcon, FileText } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { type ReactNode, useState } from 'react'
import type { Attachment } from '#protocol/file.ts'
import { isPdf } from '../../files/kinds.ts'
import { sizeWords, type Trouble, troubleWords } from '../../i18n/file-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { useStores } from '../stores-context.ts'
import styles from './FileCard.module.css'
import { PdfDialog } from './PdfDialog.tsx'
import { useSaving } from './use-saving.ts'

type Props = {
  file: Attachment
  conversation: ConversationStore
  /** Its message is in the timeline; before that nobody is given it. */
  isThere?: boolean
  /** Why it cannot be seen or heard where it stands. */
  unseen?: Trouble | undefined
  /** What is said beside its size. */
  details?: string
  children?: ReactNode
}

/** What it is called and how large it is, with a way to have it, and to read it where that can be done here. */
export const FileCard = observer(function FileCard({ file, conversation, details, children, ...props }: Props) {
  const { isThere = true, unseen } = props
  const { t, lang } = useStores().locale
  const { trouble, download } = useSaving(file, conversation)
  const said = trouble ?? (unseen && troubleWords(unseen, t))
  const facts = [sizeWords(file.bytes, lang), ...(details === undefined ? [] : [details])]
  const isRead = isThere && isPdf(file)
  return (
    <div className={styles.card}>
      {isRead ? <FileText aria-hidden /> : <FileIcon aria-hidden />}
      <span className={styles.name}>
        {isRead ? <ReadButton file={file} conversation={conversation} /> : <bdi>{file.name}</bdi>}
        <small role={said && 'alert'}>{said ?? facts.join(' · ')}</small>
      </span>
      {children}
      <IconButton label={t.files.download(file.name)} icon={<Download />} onClick={() => void download()} />
    </div>
  )
})

const ReadButton = observer(function ReadButton({ file, conversation }: Pick<Props, 'file' | 'conversation'>) {
  const { t } = useStores().locale
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className={styles.read}
        aria-label={t.files.open(file.name)}
        onClick={() => setIsOpen(true)}
      >
        <bdi>{file.name}</bdi>
      </button>
      {isOpen && <PdfDialog file={file} conversation={conversation} onClose={() => setIsOpen(false)} />}
    </>
  )
})

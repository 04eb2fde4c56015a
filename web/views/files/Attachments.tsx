import { observer } from 'mobx-react-lite'
import { useState } from 'react'
import type { Attachment } from '#protocol/file.ts'
import { isPicture, isPlayed } from '../../files/kinds.ts'
import { openWords } from '../../i18n/file-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { useStores } from '../stores-context.ts'
import styles from './Attachments.module.css'
import { FileCard } from './FileCard.tsx'
import { PictureDialog } from './PictureDialog.tsx'
import { Played } from './Played.tsx'
import { Unseen } from './Unseen.tsx'
import { useStored } from './use-stored.ts'

const WIDEST_PX = 320

/** `isThere`: the message is in the timeline; before that nobody is given its files. */
type Props = { file: Attachment; conversation: ConversationStore; isThere: boolean }

/** The files of a message. */
export const Attachments = observer(function Attachments({
  files,
  ...props
}: Omit<Props, 'file'> & { files: readonly Attachment[] }) {
  return (
    <ul className={styles.files}>
      {files.map((file) => (
        <li key={file.file}>
          {isPicture(file) ? (
            <Picture file={file} {...props} />
          ) : isPlayed(file) ? (
            <Played file={file} {...props} />
          ) : (
            <FileCard file={file} {...props} />
          )}
        </li>
      ))}
    </ul>
  )
})

/** Its place is there before it is loaded: nothing moves. */
const Picture = observer(function Picture(props: Props) {
  const { file, conversation, isThere } = props
  const { t } = useStores().locale
  const [isOpen, setIsOpen] = useState(false)
  const { url, trouble, failed, again } = useStored(conversation, file.preview ?? file.file, isThere)
  const { width = 4, height = 3 } = file.size ?? {}

  function open() {
    setIsOpen(true)
    if (trouble) void again()
  }

  return (
    <>
      <button
        type="button"
        className={styles.picture}
        style={{ aspectRatio: `${width} / ${height}`, width: `${Math.min(width, WIDEST_PX)}px` }}
        aria-label={openWords(file, trouble, t)}
        onClick={open}
      >
        {trouble ? (
          <Unseen trouble={trouble} />
        ) : (
          url && <img src={url} alt={file.name} width={width} height={height} onError={() => void failed()} />
        )}
      </button>
      {isOpen && <PictureDialog {...props} onClose={() => setIsOpen(false)} />}
    </>
  )
})

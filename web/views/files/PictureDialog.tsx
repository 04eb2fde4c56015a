import { observer } from 'mobx-react-lite'
import type { ReactNode } from 'react'
import type { Attachment } from '#protocol/file.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { useStores } from '../stores-context.ts'
import { FileCard } from './FileCard.tsx'
import styles from './PictureDialog.module.css'
import { useStored } from './use-stored.ts'

type Props = {
  file: Attachment
  conversation: ConversationStore
  /** The message is in the timeline; before that nobody is given its files. */
  isThere: boolean
  onClose: () => void
  children?: ReactNode
}

/** The whole of a picture. */
export const PictureDialog = observer(function PictureDialog({ onClose, children, ...props }: Props) {
  const { t } = useStores().locale
  return (
    <Dialog title={props.file.name} closeLabel={t.close} onClose={onClose}>
      <Whole {...props}>{children}</Whole>
    </Dialog>
  )
})

const Whole = observer(function Whole({ file, conversation, isThere, children }: Omit<Props, 'onClose'>) {
  const { url, trouble, failed } = useStored(conversation, file.file, isThere)
  const { width = 4, height = 3 } = file.size ?? {}
  return (
    <div className={styles.whole}>
      {url && !trouble && <img src={url} alt={file.name} width={width} height={height} onError={() => void failed()} />}
      <FileCard file={file} conversation={conversation} unseen={trouble} />
      {children}
    </div>
  )
})

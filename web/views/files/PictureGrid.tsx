import { observer } from 'mobx-react-lite'
import { useRef, useState } from 'react'
import { openWords } from '../../i18n/file-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import type { SharedFile } from '../../stores/shared-files-store.ts'
import { Button } from '../../ui/Button.tsx'
import { useStores } from '../stores-context.ts'
import { PictureDialog } from './PictureDialog.tsx'
import styles from './PictureGrid.module.css'
import { Unseen } from './Unseen.tsx'
import { useIsInSight } from './use-is-in-sight.ts'
import { useStored } from './use-stored.ts'

type Props = { conversation: ConversationStore; onShow: (file: SharedFile) => Promise<void> }

export const PictureGrid = observer(function PictureGrid({
  files,
  ...props
}: Props & { files: readonly SharedFile[] }) {
  const { t } = useStores().locale
  if (files.length === 0) return null
  return (
    <ul className={styles.grid} aria-label={t.shared.pictures}>
      {files.map((shared) => (
        <li key={shared.key}>
          <Thumbnail shared={shared} {...props} />
        </li>
      ))}
    </ul>
  )
})

/** It is fetched when it is about to be seen. */
const Thumbnail = observer(function Thumbnail({ shared, conversation, onShow }: Props & { shared: SharedFile }) {
  const { t } = useStores().locale
  const { file } = shared
  const [isOpen, setIsOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const isInSight = useIsInSight(button)
  const { url, trouble, failed, again } = useStored(conversation, file.preview ?? file.file, isInSight)

  function open() {
    setIsOpen(true)
    if (trouble) void again()
  }

  async function show() {
    await onShow(shared)
    // What may have gone wrong is said where it was opened.
    setIsOpen(false)
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        className={styles.picture}
        aria-label={openWords(file, trouble, t)}
        onClick={open}
      >
        {trouble ? (
          <Unseen trouble={trouble} />
        ) : (
          url && <img src={url} alt={file.name} onError={() => void failed()} />
        )}
      </button>
      {isOpen && (
        <PictureDialog file={file} conversation={conversation} isThere onClose={() => setIsOpen(false)}>
          <Button look="quiet" wide busy={conversation.pointer.loading.busy} onClick={() => void show()}>
            {t.shared.show}
          </Button>
        </PictureDialog>
      )}
    </>
  )
})

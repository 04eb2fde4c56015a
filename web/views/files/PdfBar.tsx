import { Download, ZoomIn, ZoomOut } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import type { Attachment } from '#protocol/file.ts'
import { sizeWords } from '../../i18n/file-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import type { PdfStore } from '../../stores/pdf-store.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { useStores } from '../stores-context.ts'
import styles from './PdfBar.module.css'
import { useSaving } from './use-saving.ts'

type Props = { store: PdfStore; file: Attachment; conversation: ConversationStore }

/** Where one is in a document, how large it is seen, and a way to have it. */
export const PdfBar = observer(function PdfBar({ store, file, conversation }: Props) {
  const { t, lang } = useStores().locale
  const { trouble, download } = useSaving(file, conversation)
  const { pdf, page, canZoomIn, canZoomOut } = store
  const facts = pdf ? t.pdf.place(page, pdf.pageCount) : sizeWords(file.bytes, lang)
  return (
    <div className={styles.bar}>
      <small role={trouble && 'alert'}>{trouble ?? facts}</small>
      {pdf && (
        <>
          <IconButton
            label={t.pdf.zoomOut}
            icon={<ZoomOut />}
            aria-disabled={!canZoomOut}
            onClick={() => store.zoomOut()}
          />
          <IconButton
            label={t.pdf.zoomIn}
            icon={<ZoomIn />}
            aria-disabled={!canZoomIn}
            onClick={() => store.zoomIn()}
          />
        </>
      )}
      <IconButton label={t.files.download(file.name)} icon={<Download />} onClick={() => void download()} />
    </div>
  )
})

import { observer } from 'mobx-react-lite'
import { useEffect, useRef, useState } from 'react'
import type { Attachment } from '#protocol/file.ts'
import { sizeWords } from '../../i18n/file-words.ts'
import type { Messages } from '../../i18n/messages.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { type PdfFault, PdfStore } from '../../stores/pdf-store.ts'
import { useStores } from '../stores-context.ts'
import { PdfBar } from './PdfBar.tsx'
import { PdfNotice } from './PdfNotice.tsx'
import { PdfPages } from './PdfPages.tsx'
import styles from './PdfReader.module.css'

export type PdfReaderProps = { file: Attachment; conversation: ConversationStore }

/** A document, or why it is not there, with a way to have it elsewhere. */
export const PdfReader = observer(function PdfReader({ file, conversation }: PdfReaderProps) {
  const { t } = useStores().locale
  const [store] = useState(() => new PdfStore(file, conversation.urls))
  const [times, setTimes] = useState(1)
  const place = useRef<HTMLDivElement>(null)
  const { pdf, fault } = store
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that somebody wants it
  useEffect(() => store.read(), [store, times])

  function readAgain() {
    // The button goes.
    place.current?.focus()
    setTimes(times + 1)
  }

  return (
    <div ref={place} className={styles.reader} tabIndex={-1}>
      {pdf ? (
        <PdfPages store={store} pdf={pdf} name={file.name} />
      ) : fault ? (
        <PdfNotice
          words={faultWords(fault, t)}
          action={fault === 'not now' ? { label: t.tryAgain, run: readAgain } : undefined}
        />
      ) : (
        <Progress store={store} file={file} />
      )}
      <PdfBar store={store} file={file} conversation={conversation} />
    </div>
  )
})

const Progress = observer(function Progress({ store, file }: { store: PdfStore; file: Attachment }) {
  const { t, lang } = useStores().locale
  return (
    <div className={styles.progress}>
      <progress value={store.received} max={Math.max(1, file.bytes)} aria-label={t.loading} />
      <p>{t.files.progress(sizeWords(store.received, lang), sizeWords(file.bytes, lang))}</p>
    </div>
  )
})

function faultWords(fault: PdfFault, t: Messages): string {
  switch (fault) {
    case 'damaged':
      return t.pdf.damaged
    case 'locked':
      return t.pdf.locked
    case 'too large':
      return t.pdf.tooLarge
    case 'gone':
      return t.files.gone
    case 'not now':
      return t.files.missing
  }
}

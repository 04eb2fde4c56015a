import { observer } from 'mobx-react-lite'
import { useEffect, useState } from 'react'
import { Dialog } from '../../ui/Dialog.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { useStores } from '../stores-context.ts'
import styles from './PdfDialog.module.css'
import { PdfNotice } from './PdfNotice.tsx'
import type { PdfReader, PdfReaderProps } from './PdfReader.tsx'

/** A document, to be read without leaving the page. What reads it is fetched when the first is opened. */
export const PdfDialog = observer(function PdfDialog({ onClose, ...props }: PdfReaderProps & { onClose: () => void }) {
  const { session, locale } = useStores()
  const { t } = locale
  const isLive = session.connection.status === 'live'
  const { Reader, hasFailed } = useReader(isLive)
  return (
    <Dialog title={props.file.name} closeLabel={t.close} place="whole" onClose={onClose}>
      <div className={styles.content}>
        {Reader ? (
          <Reader {...props} />
        ) : hasFailed ? (
          <PdfNotice words={t.pdf.noReader} action={{ label: t.broken.reload, run: () => location.reload() }} />
        ) : session.isCutOff ? (
          <PdfNotice words={t.files.missing} />
        ) : (
          <div className={styles.middle}>
            <Loading>{t.loading}</Loading>
          </div>
        )}
      </div>
    </Dialog>
  )
})

/** Asked for where it can be had: a part of a page that could not be loaded once stays so in most browsers. */
function useReader(mayAsk: boolean): { readonly Reader?: typeof PdfReader; readonly hasFailed?: boolean } {
  const [found, setFound] = useState<ReturnType<typeof useReader>>({})
  useEffect(() => {
    if (!mayAsk) return
    import('./PdfReader.tsx').then(
      ({ PdfReader: Reader }) => setFound({ Reader }),
      () => setFound({ hasFailed: true }),
    )
  }, [mayAsk])
  return found
}

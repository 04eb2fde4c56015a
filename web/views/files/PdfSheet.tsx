import { observer } from 'mobx-react-lite'
import { useEffect, useRef } from 'react'
import type { Pdf } from '../../files/pdf/pdf.ts'
import type { PdfStore } from '../../stores/pdf-store.ts'
import { useStores } from '../stores-context.ts'
import styles from './PdfSheet.module.css'
import { useDrawing } from './use-drawing.ts'
import { useIsInSight } from './use-is-in-sight.ts'
import { usePage } from './use-page.ts'

type Props = { store: PdfStore; pdf: Pdf; number: number; width: number }

/** One page, which is drawn while it is seen, or about to be. */
export const PdfSheet = observer(function PdfSheet(props: Props) {
  const { store, pdf, number, width } = props
  const { t } = useStores().locale
  const place = useRef<HTMLDivElement>(null)
  const isNear = useIsInSight(place)
  const size = store.sizeOf(number)
  const scale = width / size.width
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is no group of fields
    <div
      ref={place}
      role="group"
      aria-label={t.pdf.place(number, pdf.pageCount)}
      className={styles.sheet}
      style={{ width, height: size.height * scale, '--total-scale-factor': scale }}
    >
      {store.isDamaged(number) ? <p>{t.pdf.pageDamaged}</p> : isNear && <Content {...props} />}
    </div>
  )
})

function Content({ store, pdf, number, width }: Props) {
  const page = usePage(store, pdf, number)
  const drawing = useDrawing(page, width, () => store.giveUp(number))
  const words = useRef<HTMLDivElement>(null)
  useEffect(() => (page && words.current ? page.layWords(words.current) : undefined), [page])
  // Last: what is still being drawn needs it.
  useEffect(() => () => page?.forget(), [page])
  return (
    <>
      <div ref={drawing} className={styles.drawing} aria-hidden />
      <div ref={words} className={styles.words} />
    </>
  )
}

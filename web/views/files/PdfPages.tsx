import { observer } from 'mobx-react-lite'
import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { Pdf } from '../../files/pdf/pdf.ts'
import type { PdfStore } from '../../stores/pdf-store.ts'
import styles from './PdfPages.module.css'
import { PdfSheet } from './PdfSheet.tsx'

/** Wider, and lines are too long for the eye. */
const WIDEST_PX = 960
/** On each side. */
const MARGIN_PX = 12

type Props = { store: PdfStore; pdf: Pdf; name: string }

/** All pages, one below the other. */
export const PdfPages = observer(function PdfPages({ store, pdf, name }: Props) {
  const view = useRef<HTMLDivElement>(null)
  const room = useRoom(view)
  const width = Math.floor(Math.min(WIDEST_PX, room - 2 * MARGIN_PX) * store.zoom)
  const noticePage = useCallback(() => {
    const { current } = view
    if (!current) return
    const middle = current.scrollTop + current.clientHeight / 2
    const page = [...current.children].findLastIndex(
      (sheet) => sheet instanceof HTMLElement && sheet.offsetTop <= middle,
    )
    store.lookAt(Math.max(1, page + 1))
  }, [store])
  useSteadyPlace(view, width, noticePage)

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has only a keyboard scrolls it
    <section ref={view} className={styles.pages} aria-label={name} tabIndex={0} onScroll={noticePage}>
      {width > 0 &&
        Array.from({ length: pdf.pageCount }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pages have no other name
          <PdfSheet key={i} store={store} pdf={pdf} number={i + 1} width={width} />
        ))}
    </section>
  )
})

/** How wide it is inside, in pixels; 0 while that is not known. */
function useRoom(view: React.RefObject<HTMLElement | null>): number {
  const [room, setRoom] = useState(0)
  useLayoutEffect(() => {
    const { current } = view
    if (!current) return
    const observer = new ResizeObserver(() => setRoom(current.clientWidth))
    observer.observe(current)
    setRoom(current.clientWidth)
    return () => observer.disconnect()
  }, [view])
  return room
}

/** What is in the middle stays there when all becomes larger or smaller. */
function useSteadyPlace(view: React.RefObject<HTMLElement | null>, width: number, onPlaced: () => void): void {
  const before = useRef(width)
  useLayoutEffect(() => {
    const { current } = view
    const growth = width / before.current
    before.current = width
    if (!current || !Number.isFinite(growth) || growth === 1) return
    current.scrollTop = (current.scrollTop + current.clientHeight / 2) * growth - current.clientHeight / 2
    current.scrollLeft = (current.scrollLeft + current.clientWidth / 2) * growth - current.clientWidth / 2
    onPlaced()
  }, [view, width, onPlaced])
}

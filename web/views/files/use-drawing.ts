import { type RefObject, useEffect, useEffectEvent, useRef } from 'react'
import type { PdfPage } from '../../files/pdf/pdf-page.ts'

/** Draws a page into an element of so many pixels. What was drawn before stays until it is done. */
export function useDrawing(
  page: PdfPage | undefined,
  width: number,
  onFault: () => void,
): RefObject<HTMLDivElement | null> {
  const holder = useRef<HTMLDivElement>(null)
  const fail = useEffectEvent(onFault)

  useEffect(() => {
    if (!page) return
    let isWanted = true
    const { done, cancel } = page.draw(width * devicePixelRatio)
    done.then(
      (canvas) => canvas && isWanted && replace(holder.current, canvas),
      () => isWanted && fail(),
    )
    return () => {
      isWanted = false
      cancel()
    }
  }, [page, width])

  useEffect(() => {
    const { current } = holder
    return () => replace(current)
  }, [])

  return holder
}

/** Some browsers keep the memory of a canvas for long after it is gone. */
function replace(holder: HTMLElement | null, ...canvases: HTMLCanvasElement[]): void {
  for (const old of holder?.querySelectorAll('canvas') ?? []) old.width = old.height = 0
  holder?.replaceChildren(...canvases)
}

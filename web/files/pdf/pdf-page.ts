import {
  type PageViewport,
  type PDFPageProxy,
  RenderingCancelledException,
  TextLayer,
} from 'pdfjs-dist/legacy/build/pdf.mjs'

/** Phones have no room for more, and draw nothing then. */
const MOST_PIXELS = 12_000_000
const LONGEST_SIDE_PIXELS = 8_192

export type PageSize = { readonly width: number; readonly height: number }

/** Something that is being made, and may not be wanted any more. `done` has nothing then. */
export type Making<Made> = { readonly done: Promise<Made | undefined>; cancel(): void }

/** One page of a document. */
export class PdfPage {
  readonly #page: PDFPageProxy
  readonly #view: PageViewport

  constructor(page: PDFPageProxy) {
    this.#page = page
    this.#view = page.getViewport({ scale: 1 })
  }

  /** In the units of the document. */
  get size(): PageSize {
    const { width, height } = this.#view
    return { width, height }
  }

  /** As large as it is shown, in pixels of the display. `done` rejects where it cannot be drawn. */
  draw(widthPx: number): Making<HTMLCanvasElement> {
    const viewport = this.#page.getViewport({ scale: scaleWithin(this.size, widthPx / this.size.width) })
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.floor(viewport.width))
    canvas.height = Math.max(1, Math.floor(viewport.height))
    const task = this.#page.render({ canvas, viewport })
    const done = task.promise.then(
      () => canvas,
      (error: unknown) => {
        if (error instanceof RenderingCancelledException) return undefined
        throw error
      },
    )
    return { done, cancel: () => task.cancel() }
  }

  /** Lays its words over it, to be selected and read aloud; the element has the size of the page. */
  layWords(container: HTMLElement): () => void {
    const layer = new TextLayer({
      textContentSource: this.#page.streamTextContent(),
      container,
      viewport: this.#view,
    })
    placeTurned(container, this.#view)
    layer.render().catch(() => {
      // Not wanted any more, or without words: what is drawn is there.
    })
    return () => {
      layer.cancel()
      container.replaceChildren()
    }
  }

  /** What was needed to draw it goes. */
  forget(): void {
    this.#page.cleanup()
  }
}

function scaleWithin({ width, height }: PageSize, scale: number): number {
  const bySide = LONGEST_SIDE_PIXELS / Math.max(width, height)
  const byArea = Math.sqrt(MOST_PIXELS / (width * height))
  return Math.min(scale, bySide, byArea)
}

/** pdf.js lays words as the page was before it was turned. */
function placeTurned({ style }: HTMLElement, { rawDims, rotation }: PageViewport): void {
  const { pageWidth, pageHeight } = rawDims as { pageWidth: number; pageHeight: number }
  style.width = `calc(var(--total-scale-factor) * ${pageWidth}px)`
  style.height = `calc(var(--total-scale-factor) * ${pageHeight}px)`
  style.transform = TURNED[rotation] ?? ''
}

const TURNED: Record<number, string> = {
  90: 'rotate(90deg) translateY(-100%)',
  180: 'rotate(180deg) translate(-100%, -100%)',
  270: 'rotate(270deg) translateX(-100%)',
}

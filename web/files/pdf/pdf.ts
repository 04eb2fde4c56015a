import {
  getDocument,
  PasswordException,
  type PDFDocumentLoadingTask,
  type PDFDocumentProxy,
  PDFWorker,
  VerbosityLevel,
  version,
} from 'pdfjs-dist/legacy/build/pdf.mjs'
import { PdfPage } from './pdf-page.ts'
import { PdfWorker } from './pdf-worker.ts'

/** Beside the page (web/pdf-parts.config.ts). */
const PARTS = `/assets/pdfjs-dist-${version}`

/** A page of A3 as the best scanners see it. A small file can claim to hold more than any device has room for. */
const MOST_PICTURE_PIXELS = 100_000_000

/** No forms of their own kind, and nothing that is compiled; scripts and links stay unread. A document is looked at. */
const ONLY_TO_LOOK_AT = { enableXfa: false, useWasm: false, maxImageSize: MOST_PICTURE_PIXELS }

/** A document, read in a worker of its own. */
export class Pdf {
  readonly #document: PDFDocumentProxy

  private constructor(document: PDFDocumentProxy) {
    this.#document = document
  }

  /** Takes over the bytes. It is there until the signal ends it; rejects where it has no worker, or was ended before. */
  static async open(bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Pdf | 'damaged' | 'locked'> {
    signal.throwIfAborted()
    const worker = new PdfWorker()
    const task = getDocument({
      data: bytes,
      worker: PDFWorker.create({ port: worker.port }),
      verbosity: VerbosityLevel.ERRORS,
      cMapUrl: `${PARTS}/cmaps/`,
      standardFontDataUrl: `${PARTS}/standard_fonts/`,
      wasmUrl: `${PARTS}/wasm/`,
      ...ONLY_TO_LOOK_AT,
    })
    signal.addEventListener('abort', () => worker.endAfter(task.destroy()))
    const found = await Promise.race([documentIn(task), worker.failure])
    return typeof found === 'string' ? found : new Pdf(found)
  }

  get pageCount(): number {
    return this.#document.numPages
  }

  /** Counted from 1. Rejects where it is damaged. */
  async page(number: number): Promise<PdfPage> {
    return new PdfPage(await this.#document.getPage(number))
  }
}

async function documentIn(task: PDFDocumentLoadingTask): Promise<PDFDocumentProxy | 'damaged' | 'locked'> {
  try {
    return await task.promise
  } catch (error) {
    // Whatever else it may be called, it comes of what stands in the file.
    return error instanceof PasswordException ? 'locked' : 'damaged'
  }
}

import { makeAutoObservable, observable, observableRef, runInAction } from 'mobx'
import type { Attachment } from '#protocol/file.ts'
import { fetchBytes } from '../files/fetch-bytes.ts'
import { Pdf } from '../files/pdf/pdf.ts'
import type { PageSize, PdfPage } from '../files/pdf/pdf-page.ts'
import type { FileUrls } from './file-urls.ts'

/** All of a file is in the memory of the page, and each page of it has its place there. */
const MOST_BYTES = 64 * 2 ** 20
const MOST_PAGES = 5_000

/** In widths of what it is shown in. */
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4]

/** A sheet of A4, until it is known better. */
const USUAL: PageSize = { width: 595, height: 842 }

/** Why a document is not shown. */
export type PdfFault = 'damaged' | 'locked' | 'too large' | 'gone' | 'not now'

/** A document that somebody has opened. */
export class PdfStore {
  /** Bytes that have come. */
  received = 0
  pdf: Pdf | undefined = undefined
  fault: PdfFault | undefined = undefined
  /** Which page one looks at, counted from 1. */
  page = 1
  readonly #file: Attachment
  readonly #urls: Pick<FileUrls, 'fetch'>
  private readonly sizes = observable.map<number, PageSize>({}, { deep: false })
  private readonly damaged = observable.set<number>()
  private step = ZOOMS.indexOf(1)

  constructor(file: Attachment, urls: Pick<FileUrls, 'fetch'>) {
    this.#file = file
    this.#urls = urls
    makeAutoObservable<this, 'sizes' | 'damaged'>(this, {
      pdf: observableRef,
      sizes: false,
      damaged: false,
      read: false,
      sizeOf: false,
      isDamaged: false,
      fetchPage: false,
    })
  }

  /** Until what it answers is called. */
  read(): () => void {
    const ending = new AbortController()
    const { signal } = ending
    this.received = 0
    this.fault = undefined
    this.#open(signal).then(
      (found) => {
        if (!signal.aborted) this.settle(found)
      },
      () => {
        // What reads it could not be had, or it was closed.
        if (!signal.aborted) this.settle('not now')
      },
    )
    return () => {
      ending.abort()
      this.close()
    }
  }

  get zoom(): number {
    return ZOOMS[this.step] ?? 1
  }

  get canZoomIn(): boolean {
    return this.step < ZOOMS.length - 1
  }

  get canZoomOut(): boolean {
    return this.step > 0
  }

  zoomIn(): void {
    if (this.canZoomIn) this.step++
  }

  zoomOut(): void {
    if (this.canZoomOut) this.step--
  }

  lookAt(page: number): void {
    this.page = page
  }

  /** Most documents have pages of one size: the first stands for those that nobody has looked at yet. */
  sizeOf(page: number): PageSize {
    return this.sizes.get(page) ?? this.sizes.get(1) ?? USUAL
  }

  /** Whether a page cannot be drawn. */
  isDamaged(page: number): boolean {
    return this.damaged.has(page)
  }

  giveUp(page: number): void {
    this.damaged.add(page)
  }

  /** A page, whose size is known from then on. */
  async fetchPage(pdf: Pdf, number: number): Promise<PdfPage | undefined> {
    try {
      const page = await pdf.page(number)
      runInAction(() => this.sizes.set(number, page.size))
      return page
    } catch {
      this.giveUp(number)
      return undefined
    }
  }

  private settle(found: Pdf | PdfFault): void {
    if (typeof found === 'string') this.fault = found
    else this.pdf = found
  }

  private close(): void {
    this.pdf = undefined
  }

  private hear(received: number): void {
    this.received = received
  }

  async #open(signal: AbortSignal): Promise<Pdf | PdfFault> {
    if (this.#file.bytes > MOST_BYTES) return 'too large'
    const url = await this.#urls.fetch(this.#file.file, Date.now())
    if (url === undefined) return 'not now'
    const bytes = await fetchBytes(url, this.#file.bytes, (received) => this.hear(received), signal)
    if (typeof bytes === 'string') return bytes
    const pdf = await Pdf.open(bytes, signal)
    return typeof pdf !== 'string' && pdf.pageCount > MOST_PAGES ? 'too large' : pdf
  }
}

import address from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'

/** The security policy lets a worker begin only from where the page itself says (workers/security-headers.ts). */
const policy = window.trustedTypes?.createPolicy('pdf-worker', { createScriptURL: () => address })

/** Whoever reads something endless does not hear that it should end. */
const END_WITHIN_MS = 2_000

/** Where a document is read: whatever stands in it has neither the page nor its time. */
export class PdfWorker {
  readonly port = new Worker(policy?.createScriptURL(address) ?? address, { type: 'module' })
  /** Rejects where it does not begin. */
  readonly failure: Promise<never>

  constructor() {
    this.failure = new Promise((_, reject) => {
      this.port.addEventListener('error', () => reject(new Error('the worker did not begin')), { once: true })
    })
    this.failure.catch(() => {})
  }

  /** With what is ending in it, or soon. */
  endAfter(ending: Promise<void>): void {
    const end = () => this.port.terminate()
    ending.then(end, end)
    setTimeout(end, END_WITHIN_MS)
  }
}

/** What goes to disk in one piece. */
export type Change = { readonly bytes: number }

/** One write to disk: how many changes shared it, and how long it took with its sync. */
export type Batch = { readonly changes: number; readonly bytes: number; readonly ms: number }

type Waiting<C> = { readonly change: C; readonly resolve: () => void; readonly reject: (error: Error) => void }

/** Bounds the memory and the latency of one batch. */
const MAX_BATCH_BYTES = 1024 * 1024

/**
 * A stream of changes to one disk file. At most one batch is in flight; what arrives meanwhile goes into the next, so
 * that many changes share a sync. Nothing overtakes a failure: what is behind one is not written.
 */
export class GroupCommit<C extends Change> {
  readonly #write: (changes: readonly C[]) => Promise<void>
  readonly #observe: (batch: Batch) => void
  #waiting: Waiting<C>[] = []
  #running: Promise<void> | undefined
  #batch: Promise<void> | undefined
  #failure: Error | undefined

  /** `write` applies all changes or none, and resolves when they would survive a power cut. */
  constructor(write: (changes: readonly C[]) => Promise<void>, observe: (batch: Batch) => void) {
    this.#write = write
    this.#observe = observe
  }

  /** Resolves when the change is durable. After a failure nothing is written any more. */
  add(change: C): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** The batch that is being written; rejects when it fails. */
  get batch(): Promise<void> | undefined {
    return this.#batch
  }

  /** Resolves when everything added so far has been settled. */
  async settled(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Whatever else this callback decides, with the promises it settles, joins this batch.
      await new Promise<void>((resolve) => process.nextTick(resolve))
      const batch = this.#take()
      try {
        this.#batch = this.#writeOne(batch.map(({ change }) => change))
        await this.#batch
      } catch (error) {
        this.#fail(batch, error)
        break
      } finally {
        this.#batch = undefined
      }
      for (const { resolve } of batch) resolve()
    }
    this.#running = undefined
  }

  async #writeOne(changes: readonly C[]): Promise<void> {
    const start = performance.now()
    await this.#write(changes)
    const bytes = changes.reduce((sum, change) => sum + change.bytes, 0)
    this.#observe({ changes: changes.length, bytes, ms: performance.now() - start })
  }

  #take(): Waiting<C>[] {
    let bytes = 0
    let end = 0
    for (const { change } of this.#waiting) {
      bytes += change.bytes
      if (end > 0 && bytes > MAX_BATCH_BYTES) break
      end += 1
    }
    const batch = this.#waiting
    this.#waiting = batch.splice(end)
    return batch
  }

  #fail(batch: readonly Waiting<C>[], cause: unknown): void {
    this.#failure = new Error('the store could not write', { cause })
    for (const { reject } of [...batch, ...this.#waiting]) reject(this.#failure)
    this.#waiting = []
  }
}

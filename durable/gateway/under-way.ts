/** Work that answers somebody, and for whose end one can wait. */
export class UnderWay {
  readonly #work = new Set<Promise<unknown>>()

  get isEmpty(): boolean {
    return this.#work.size === 0
  }

  /** The work handles its own failures. */
  add(work: Promise<unknown>): void {
    const tracked = work.finally(() => this.#work.delete(tracked))
    this.#work.add(tracked)
  }

  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work)
  }
}

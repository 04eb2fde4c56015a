/** Small enough that what somebody says meanwhile waits for less than a millisecond or two. */
const PORTION = 8

/** The work of many, a portion in each turn, first come first served: everything else gets in between. */
export class Portions {
  readonly #afterTurn: (callback: () => void) => void
  readonly #waiting: { readonly isWanted: () => boolean; readonly begin: () => void }[] = []

  constructor(afterTurn: (callback: () => void) => void) {
    this.#afterTurn = afterTurn
  }

  /** Resolves when a piece of work may begin, or is not wanted any more; that one takes nobody's place. */
  next(isWanted: () => boolean): Promise<void> {
    return new Promise((begin) => {
      if (this.#waiting.push({ isWanted, begin }) === 1) this.#afterTurn(() => this.#begin())
    })
  }

  #begin(): void {
    for (let begun = 0; begun < PORTION; ) {
      const next = this.#waiting.shift()
      if (!next) return
      if (next.isWanted()) begun++
      next.begin()
    }
    if (this.#waiting.length > 0) this.#afterTurn(() => this.#begin())
  }
}

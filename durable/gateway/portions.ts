/** Small enough that what somebody says meanwhile waits for less than a millisecond or two. */
const PORTION = 8

/** The work of many, a portion in each turn, first come first served: everything else gets in between. */
export class Portions {
  readonly #afterTurn: (callback: () => void) => void
  readonly #waiting: (() => void)[] = []

  constructor(afterTurn: (callback: () => void) => void) {
    this.#afterTurn = afterTurn
  }

  /** Resolves when a piece of work may begin. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) this.#afterTurn(() => this.#begin())
    })
  }

  #begin(): void {
    for (const begin of this.#waiting.splice(0, PORTION)) begin()
    if (this.#waiting.length > 0) this.#afterTurn(() => this.#begin())
  }
}

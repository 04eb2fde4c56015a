import type { Connection } from './connection.ts'

type Waiting = { readonly connection: Connection; readonly epoch: number; readonly begin: (isWanted: boolean) => void }

/** The work of many clients: each turn one portion of one of them, first come first served. Everything else gets in between. */
export class Portions {
  readonly #whenCalm: (callback: () => void) => void
  readonly #waiting: Waiting[] = []

  constructor(whenCalm: (callback: () => void) => void) {
    this.#whenCalm = whenCalm
  }

  /** Resolves when a client's next portion may begin; false when the client has moved on, and takes nobody's turn. */
  next(connection: Connection, epoch: number): Promise<boolean> {
    return new Promise((begin) => {
      if (this.#waiting.push({ connection, epoch, begin }) === 1) this.#whenCalm(() => this.#begin())
    })
  }

  #begin(): void {
    const isWanted = ({ connection, epoch }: Waiting) => connection.isAt(epoch)
    const at = this.#waiting.findIndex(isWanted)
    const due = this.#waiting.splice(0, at < 0 ? this.#waiting.length : at + 1)
    for (const one of due) one.begin(isWanted(one))
    if (this.#waiting.length > 0) this.#whenCalm(() => this.#begin())
  }
}

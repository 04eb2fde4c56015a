import type { Neighbours } from '#client/index.ts'

/** The tabs of one browser. What one says the others hear a moment later, in order. */
export class Tabs {
  readonly #open = new Map<Neighbours, (word: unknown) => void>()

  open(): Neighbours {
    const tab: Neighbours = {
      say: (word) => {
        const copy = structuredClone(word)
        if (!this.#open.has(tab)) return
        for (const [other, heard] of this.#open) if (other !== tab) queueMicrotask(() => heard(copy))
      },
      listen: (heard) => void this.#open.set(tab, heard),
    }
    return tab
  }

  close(tab: Neighbours): void {
    this.#open.delete(tab)
  }
}

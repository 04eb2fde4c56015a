/**
 * Work in line, a few at a time. Whoever asks has a line of their own and the lines take turns, so that one who asks
 * for much waits for himself.
 */
export class FairQueue {
  readonly #atOnce: number
  readonly #mostOfOne: number
  readonly #most: number
  /** Those who wait, in the order of their turns. */
  readonly #lines = new Map<string, (() => void)[]>()
  #running = 0
  #waiting = 0

  constructor({ atOnce, mostOfOne, most }: { atOnce: number; mostOfOne: number; most: number }) {
    this.#atOnce = atOnce
    this.#mostOfOne = mostOfOne
    this.#most = most
  }

  /** Resolves with undefined, and does nothing, when too much waits already. */
  async run<T>(who: string, work: () => Promise<T>): Promise<{ readonly done: T } | undefined> {
    if (this.#running < this.#atOnce) this.#running++
    else if (!(await this.#wait(who))) return undefined
    try {
      return { done: await work() }
    } finally {
      this.#next()
    }
  }

  async #wait(who: string): Promise<boolean> {
    const line = this.#lines.get(who) ?? []
    if (line.length >= this.#mostOfOne || this.#waiting >= this.#most) return false
    this.#lines.set(who, line)
    this.#waiting++
    await new Promise<void>((resolve) => line.push(resolve))
    return true
  }

  /** The place goes straight to the first of the line whose turn it is, or becomes free. */
  #next(): void {
    const [turn] = this.#lines
    if (!turn) {
      this.#running--
      return
    }
    const [who, line] = turn
    const resume = line.shift()
    this.#lines.delete(who)
    if (line.length > 0) this.#lines.set(who, line)
    this.#waiting--
    resume?.()
  }
}

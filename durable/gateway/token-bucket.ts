/** A rate with a burst: `capacity` at once, `perSecond` for long. */
export class TokenBucket {
  readonly #capacity: number
  readonly #perMs: number
  #tokens: number
  #at: number

  constructor(perSecond: number, capacity: number, now: number) {
    this.#capacity = capacity
    this.#perMs = perSecond / 1000
    this.#tokens = capacity
    this.#at = now
  }

  /** Takes one; answers 0, or how many ms to wait for the next. */
  take(now: number): number {
    const elapsed = Math.max(0, now - this.#at)
    this.#tokens = Math.min(this.#capacity, this.#tokens + elapsed * this.#perMs)
    this.#at = now
    if (this.#tokens < 1) return Math.ceil((1 - this.#tokens) / this.#perMs)
    this.#tokens -= 1
    return 0
  }
}

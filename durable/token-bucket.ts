export type BucketState = { readonly tokens: number; readonly at: number }

/** A rate with a burst: `capacity` at once, `perSecond` for long. */
export class TokenBucket {
  readonly #capacity: number
  readonly #perMs: number
  #tokens: number
  #at: number

  /** Full at `now`, or as it was left. */
  constructor(perSecond: number, capacity: number, now: number, left: BucketState = { tokens: capacity, at: now }) {
    this.#capacity = capacity
    this.#perMs = perSecond / 1000
    this.#tokens = Math.min(left.tokens, capacity)
    this.#at = left.at
  }

  get state(): BucketState {
    return { tokens: this.#tokens, at: this.#at }
  }

  /** Takes one; answers 0, or how many ms to wait for the next. */
  take(now: number): number {
    this.#fill(now)
    if (this.#tokens < 1) return Math.ceil((1 - this.#tokens) / this.#perMs)
    this.#tokens -= 1
    return 0
  }

  /** The same as a new one. */
  isFull(now: number): boolean {
    this.#fill(now)
    return this.#tokens >= this.#capacity
  }

  #fill(now: number): void {
    const elapsed = Math.max(0, now - this.#at)
    this.#tokens = Math.min(this.#capacity, this.#tokens + elapsed * this.#perMs)
    this.#at = now
  }
}

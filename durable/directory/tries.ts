/** Wrong passwords that one network may try on one name before it has to wait. */
const FREE = 5
const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 60 * 60_000
/** Of names and networks; the oldest are forgotten first. */
const MOST = 10_000

type Tried = { readonly count: number; readonly notBefore: number }

/** Slows down whoever guesses a password. Kept in memory: it is worth no row of the disk to strangers. */
export class Tries {
  readonly #tried = new Map<string, Tried>()

  /** Counts a try before its result is known, so that many at once are many. Answers 0, or how many ms to wait. */
  begin(name: string, network: string, now: number): number {
    const key = keyOf(name, network)
    const { count, notBefore } = this.#tried.get(key) ?? { count: 0, notBefore: 0 }
    if (now < notBefore) return notBefore - now
    const delay = Math.min(FIRST_DELAY_MS * 2 ** (count + 1 - FREE), LONGEST_DELAY_MS)
    this.#tried.delete(key)
    this.#tried.set(key, { count: count + 1, notBefore: count + 1 < FREE ? 0 : now + delay })
    this.#forgetOldest()
    return 0
  }

  /** The password was right: whoever knows it may mistype it again. */
  succeeded(name: string, network: string): void {
    this.#tried.delete(keyOf(name, network))
  }

  #forgetOldest(): void {
    const [oldest] = this.#tried.keys()
    if (this.#tried.size > MOST && oldest !== undefined) this.#tried.delete(oldest)
  }
}

function keyOf(name: string, network: string): string {
  return `${network} ${name}`
}

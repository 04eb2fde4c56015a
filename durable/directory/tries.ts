/** Wrong passwords that one network may try on one name before it has to wait. */
const FREE = 5
const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 60 * 60_000
/** Of names and networks; those that were tried least are forgotten first, of these the oldest. */
const MOST = 10_000

type Tried = { readonly count: number; readonly notBefore: number; readonly last: number }

/** Slows down whoever guesses a password. Kept in memory: it is worth no row of the disk to strangers. */
export class Tries {
  readonly #tried = new Map<string, Tried>()
  #next = 1

  /** Counts a try before its result is known, so that many at once are many. Answers its number, or how long to wait. */
  begin(name: string, network: string, now: number): { readonly id: number } | { readonly waitMs: number } {
    const key = keyOf(name, network)
    const { count, notBefore } = this.#tried.get(key) ?? { count: 0, notBefore: 0 }
    if (now < notBefore) return { waitMs: notBefore - now }
    const id = this.#next++
    const delay = Math.min(FIRST_DELAY_MS * 2 ** (count + 1 - FREE), LONGEST_DELAY_MS)
    this.#tried.delete(key)
    this.#tried.set(key, { count: count + 1, notBefore: count + 1 < FREE ? 0 : now + delay, last: id })
    if (this.#tried.size > MOST) this.#forgetOne()
    return { id }
  }

  /** No password was checked: the try was none. Its delay goes, too, unless a later one began when that was over. */
  cancel(name: string, network: string, id: number): void {
    const key = keyOf(name, network)
    const tried = this.#tried.get(key)
    if (!tried) return
    const notBefore = tried.last === id ? 0 : tried.notBefore
    this.#tried.set(key, { ...tried, count: Math.max(0, tried.count - 1), notBefore })
  }

  /** The password was right: whoever knows it may mistype it again. */
  succeeded(name: string, network: string): void {
    this.#tried.delete(keyOf(name, network))
  }

  /** Else whoever tries many names would have the delay of one forgotten. */
  #forgetOne(): void {
    let least: { readonly key: string; readonly count: number } | undefined
    for (const [key, { count }] of this.#tried) {
      if (least === undefined || count < least.count) least = { key, count }
      if (count === 1) break
    }
    if (least) this.#tried.delete(least.key)
  }
}

function keyOf(name: string, network: string): string {
  return `${network} ${name}`
}

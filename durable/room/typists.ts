import type { UserId } from '#protocol/ids.ts'
import { TYPING_LASTS_MS } from '#protocol/limits.ts'

/** Less than TYPING_EVERY_MS: an honest client is never too early, however late its last word came. */
const NOT_AGAIN_WITHIN_MS = 2_000
/** More names nobody reads. */
const TOLD_AT_ONCE = 8

/** Of whom the members were told that they write, and when: in a large room too that stays few words. */
export class Typists {
  readonly #toldAt = new Map<UserId, number>()

  /** Whether the members are to be told that this one writes. */
  takeUp(user: UserId, now: number): boolean {
    if (isWithin(NOT_AGAIN_WITHIN_MS, this.#toldAt.get(user), now)) return false
    for (const [typist, at] of this.#toldAt) if (!isWithin(TYPING_LASTS_MS, at, now)) this.#toldAt.delete(typist)
    if (this.#toldAt.size >= TOLD_AT_ONCE && !this.#toldAt.has(user)) return false
    this.#toldAt.set(user, now)
    return true
  }

  /** It has been sent: what the user writes next is news. */
  ended(user: UserId): void {
    this.#toldAt.delete(user)
  }
}

/** Not after a clock that was set back: it would stay so for long. */
function isWithin(ms: number, at: number | undefined, now: number): boolean {
  return at !== undefined && now >= at && now - at < ms
}

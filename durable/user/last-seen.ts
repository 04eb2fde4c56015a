import type { Storage, Write } from '../ports/storage.ts'
import { PRESENCE_KEY, type PresenceRow, presenceTable } from './rows.ts'

/** People are told minutes. */
const SEEN_WITHIN_MS = 60_000

/**
 * Until when a user was here, and whether others may know. The time goes when somebody comes back, and is kept when the
 * last has gone: a host that is killed meanwhile leaves no time instead of a wrong one.
 */
export class LastSeen {
  #row: PresenceRow = {}
  #arrivals = 0

  async load(storage: Storage): Promise<void> {
    this.#row = (await presenceTable.get(storage, PRESENCE_KEY)) ?? {}
  }

  get at(): number | undefined {
    return this.#row.seenAt
  }

  /** How often somebody has come. */
  get arrivals(): number {
    return this.#arrivals
  }

  get isHidden(): boolean {
    return this.#row.hidden ?? false
  }

  hide(hidden: boolean): Write[] {
    return hidden === this.isHidden ? [] : [this.#put({ ...this.#row, hidden })]
  }

  arrived(): Write[] {
    this.#arrivals++
    const { seenAt, ...rest } = this.#row
    return seenAt === undefined ? [] : [this.#put(rest)]
  }

  left(now: number): Write[] {
    const { at = Number.NEGATIVE_INFINITY } = this
    return Math.abs(now - at) < SEEN_WITHIN_MS ? [] : [this.#put({ ...this.#row, seenAt: now })]
  }

  #put(row: PresenceRow): Write {
    this.#row = row
    return presenceTable.put(PRESENCE_KEY, row)
  }
}

import type { Store } from '#client/ports/store.ts'
import type { CacheCheck } from '../model/cache-check.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { VirtualClock } from '../virtual-clock.ts'

const SLOWEST_MS = 4

/** A device's storage: writes take a moment, in order, and what a crash overtakes is gone. */
export class DeviceStore {
  readonly #values: Map<string, unknown>
  readonly #clock: VirtualClock
  readonly #random: SeededRandom
  readonly #check: CacheCheck
  #life = 0
  #last = 0
  #strike: { left: number; readonly strike: () => void } | undefined

  constructor(values: Map<string, unknown>, clock: VirtualClock, random: SeededRandom, check: CacheCheck) {
    this.#values = values
    this.#clock = clock
    this.#random = random
    this.#check = check
  }

  crash(): void {
    this.#life++
    this.#strike = undefined
  }

  /** Calls back when so many more things have been asked of it, right before the next is done. */
  strikeAfter(operations: number, strike: () => void): void {
    this.#strike = { left: operations, strike }
  }

  /** The store as one run of the client sees it. */
  open(): Store {
    const life = this.#life
    const inTurn = async <T>(work: () => T): Promise<T> => {
      const now = this.#clock.now()
      this.#last = Math.max(this.#last, now + this.#random.int(0, SLOWEST_MS))
      await this.#clock.sleep(this.#last - now)
      if (life === this.#life) this.#pass()
      return life === this.#life ? work() : new Promise<never>(() => {})
    }
    return {
      get: (key) => inTurn(() => this.#values.get(key)),
      set: (key, value) => {
        const kept = freeze(value)
        return inTurn(() => {
          this.#values.set(key, kept)
          this.#check.wrote(key, kept)
        })
      },
      remove: (key) => inTurn(() => void this.#values.delete(key)),
      keys: (prefix) => inTurn(() => [...this.#values.keys()].filter((key) => key.startsWith(prefix))),
    }
  }

  #pass(): void {
    if (!this.#strike || --this.#strike.left >= 0) return
    const { strike } = this.#strike
    this.#strike = undefined
    strike()
  }
}

/** What is stored never changes: instead of a copy, an error for whoever would change it. */
function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) freeze(part)
  return Object.freeze(value)
}

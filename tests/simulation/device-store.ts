import type { Store } from '#client/ports/store.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { VirtualClock } from './virtual-clock.ts'

const SLOWEST_MS = 4

/** A device's storage: writes take a moment, in order, and what a crash overtakes is gone. */
export class DeviceStore {
  readonly values = new Map<string, string>()
  readonly #clock: VirtualClock
  readonly #random: SeededRandom
  #life = 0
  #last = 0

  constructor(clock: VirtualClock, random: SeededRandom) {
    this.#clock = clock
    this.#random = random
  }

  crash(): void {
    this.#life++
  }

  /** The store as one run of the client sees it. */
  open(): Store {
    const life = this.#life
    const inTurn = async <T>(work: () => T): Promise<T> => {
      const now = this.#clock.now()
      this.#last = Math.max(this.#last, now + this.#random.int(0, SLOWEST_MS))
      await this.#clock.sleep(this.#last - now)
      return life === this.#life ? work() : new Promise<never>(() => {})
    }
    return {
      get: (key) => inTurn(() => JSON.parse(this.values.get(key) ?? 'null') ?? undefined),
      set: (key, value) => {
        const text = JSON.stringify(value)
        return inTurn(() => void this.values.set(key, text))
      },
      remove: (key) => inTurn(() => void this.values.delete(key)),
      keys: (prefix) => inTurn(() => [...this.values.keys()].filter((key) => key.startsWith(prefix))),
    }
  }
}

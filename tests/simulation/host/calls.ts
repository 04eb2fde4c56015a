import type { Outcome } from '#protocol/errors.ts'
import { refuse } from '#protocol/errors.ts'
import type { Chance } from '../chance.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { VirtualClock } from '../virtual-clock.ts'

const SLOWEST_MS = 3
const DELAYED_MS = 3_000
const REPEATED_WITHIN_MS = 400

/** Of these a late second copy must change nothing. Others are not carried out twice by any host. */
const REPEATABLE = new Set([
  'deliver',
  'deliverInbox',
  'disconnect',
  'follow',
  'attach',
  'send',
  'markRead',
  'roomAdded',
  'roomRemoved',
  'index',
  'confirm',
])

/** From one instance of an actor to another actor: calls that go this way arrive in order, or not at all. */
export type Way = { readonly from: object; readonly to: string }

/**
 * Carries calls between actors as the Peers port promises, and no better: calls of one instance to one actor arrive in
 * order; answers travel alone, and may be overtaken by later calls and by each other.
 */
export class Calls {
  readonly #clock: VirtualClock
  readonly #random: SeededRandom
  readonly #chance: Chance | undefined
  /** When the last call on its way arrives. */
  readonly #arrivals = new WeakMap<object, Map<string, number>>()

  constructor(clock: VirtualClock, random: SeededRandom, chance: Chance | undefined) {
    this.#clock = clock
    this.#random = random
    this.#chance = chance
  }

  async carry(way: Way, method: string, arrive: () => Promise<Outcome<unknown>>): Promise<Outcome<unknown>> {
    const chance = this.#chance
    const delay = chance?.strikes('call delayed') ? this.#random.int(100, DELAYED_MS) : 0
    const isLost = chance?.strikes('call lost')
    if (REPEATABLE.has(method) && chance?.strikes('call repeated')) this.#repeatLater(way, arrive)
    await this.#goThere(way, delay)
    if (isLost) return refuse('retry', 'the call was lost')
    const answer = await arrive()
    await this.#clock.sleep(
      chance?.strikes('answer delayed') ? this.#random.int(100, DELAYED_MS) : this.#random.int(0, SLOWEST_MS),
    )
    return chance?.strikes('answer lost') ? refuse('retry', 'the answer was lost') : answer
  }

  #repeatLater(way: Way, arrive: () => Promise<Outcome<unknown>>): void {
    this.#clock.after(this.#random.int(1, REPEATED_WITHIN_MS), () => {
      void this.#goThere(way, 0).then(arrive)
    })
  }

  #goThere({ from, to }: Way, delay: number): Promise<void> {
    const arrivals = this.#arrivals.get(from) ?? new Map<string, number>()
    this.#arrivals.set(from, arrivals)
    const now = this.#clock.now()
    const arrival = Math.max(now + delay + this.#random.int(0, SLOWEST_MS), arrivals.get(to) ?? 0)
    arrivals.set(to, arrival)
    return this.#clock.sleep(arrival - now)
  }
}

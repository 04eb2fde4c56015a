import type { ProducerId } from '#protocol/ids.ts'
import type { Neighbourhood, Word } from './neighbourhood.ts'
import type { Clock } from './ports/clock.ts'

/** Whoever is there has answered by then. */
const ANSWERS_WITHIN_MS = 500
/** While others have messages to send, they are asked again so often whether they are still there. */
const ASKS_EVERY_MS = 5_000

type Work = {
  /** Whether a producer has messages that wait to be sent. */
  waits(producer: ProducerId): boolean
  adopted(producer: ProducerId): void
}

/**
 * The producers whose messages this client sends: its own, and those of clients that are gone. One that only seems to
 * be gone, because its tab is asleep, does no harm: a room takes each number once (SPEC.md, P2).
 */
export class Producers {
  readonly #clock: Clock
  readonly #neighbours: Neighbourhood
  readonly #work: Work
  readonly #mine = new Set<ProducerId>()
  readonly #others = new Set<ProducerId>()
  readonly #answered = new Set<ProducerId>()
  #stopAsking: (() => void) | undefined

  constructor(clock: Clock, neighbours: Neighbourhood, work: Work) {
    this.#clock = clock
    this.#neighbours = neighbours
    this.#work = work
  }

  /** From here on none. */
  forget(): void {
    this.#stopAsking?.()
    this.#stopAsking = undefined
    for (const known of [this.#mine, this.#others, this.#answered]) known.clear()
  }

  has(producer: ProducerId): boolean {
    return this.#mine.has(producer)
  }

  adopt(producer: ProducerId): void {
    this.#others.delete(producer)
    this.#mine.add(producer)
    this.#work.adopted(producer)
  }

  /** Messages of this one were found on the device. */
  found(producer: ProducerId): void {
    if (this.#mine.has(producer)) return
    if (this.#neighbours.isAlone) return this.adopt(producer)
    this.#others.add(producer)
    if (!this.#stopAsking) this.#ask()
  }

  heard(word: Extract<Word, { word: 'who' | 'here' }>): void {
    if (word.word === 'who') this.#neighbours.say({ word: 'here', producers: [...this.#mine] })
    else for (const producer of word.producers) this.#answered.add(producer)
  }

  #ask(): void {
    this.#answered.clear()
    this.#neighbours.say({ word: 'who' })
    this.#stopAsking = this.#clock.after(ANSWERS_WITHIN_MS, () => this.#conclude())
  }

  #conclude(): void {
    this.#stopAsking = undefined
    for (const producer of [...this.#others]) {
      if (!this.#work.waits(producer)) this.#others.delete(producer)
      else if (!this.#answered.has(producer)) this.adopt(producer)
    }
    if (this.#others.size > 0) this.#stopAsking = this.#clock.after(ASKS_EVERY_MS, () => this.#ask())
  }
}

/**
 * Each upload is a producer of one message, which therefore has its name before it is composed. Whoever composes it, a
 * tab, another, the same once more after a crash, a room takes it once (SPEC.md, P2).
 */
export function producerOf(upload: string): ProducerId {
  return `p_${upload}` as ProducerId
}

import type { Coverage } from './coverage.ts'
import type { SeededRandom } from './seeded-random.ts'

/** How often each thing goes wrong by itself, while faults happen. */
const RATES = {
  /** Of a call between actors: it never arrives, or its answer does not. The caller is told `retry`. */
  'call lost': 0.006,
  'answer lost': 0.006,
  /** It arrives once more, later; nobody hears the answer to that. */
  'call repeated': 0.02,
  /** It takes seconds, and all after it on the same way wait behind it. */
  'call delayed': 0.004,
  'answer delayed': 0.004,
  /** The caller is told `retry` and the actor is loaded again. */
  'commit failed': 0.006,
  'commit applied, its answer lost': 0.006,
  'commit slow': 0.01,
  'read failed': 0.001,
  /** A frame with messages, or with records, comes twice. */
  'frame repeated': 0.02,
  /** Of a PUT: its sender sees that it failed, or hears nothing any more, or it takes seconds. */
  'upload lost': 0.05,
  'answer to an upload lost': 0.05,
  'upload slow': 0.05,
  /** Of one that was cancelled, or whose sender died: it was on its way. */
  'upload arrived after it was given up': 0.5,
  /** Its sender is told that it is there, and it is not. */
  'upload answered by something in between': 0.02,
  'upload changed on its way, and kept': 0.02,
  /** Where the store takes any content: by whoever has its URL, sooner or later. */
  'upload overwritten': 0.2,
  /** Of a question to the object store. */
  'object store away': 0.04,
  'answer of the object store lost': 0.02,
  'object store slow': 0.04,
} as const

export type Mishap = keyof typeof RATES

export const MISHAPS = Object.keys(RATES) as Mishap[]

/** Decides by the seed what goes wrong by itself, and counts it. */
export class Chance {
  readonly #random: SeededRandom
  readonly #coverage: Coverage
  /** Whether faults happen now. */
  isFaulty = false

  constructor(random: SeededRandom, coverage: Coverage) {
    this.#random = random
    this.#coverage = coverage
  }

  strikes(mishap: Mishap): boolean {
    if (!this.isFaulty || !this.#random.chance(RATES[mishap])) return false
    this.#coverage.fault(mishap)
    return true
  }
}

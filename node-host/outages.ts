import type { Log } from '#durable/ports/log.ts'

/** By then people read that what they write waits. */
const SAID_AFTER_MS = 5_000

type Outage = {
  readonly sinceMs: number
  /** Who cannot go on, and why. */
  readonly reasons: Map<object, string>
  readonly timer: NodeJS.Timeout
  isSaid: boolean
}

/** Servers of the store that take nothing: whoever runs the host hears once of each that does so for long, and once when it is over. */
export class Outages {
  readonly #log: Log
  readonly #onCount: (count: number) => void
  readonly #byPlace = new Map<string, Outage>()

  /** `onCount`: so many have lasted long, and still do. */
  constructor(log: Log, onCount: (count: number) => void = () => {}) {
    this.#log = log
    this.#onCount = onCount
  }

  /** Said each time that somebody tries in vain. */
  fails(at: string, who: object, reason: string): void {
    const outage = this.#byPlace.get(at) ?? this.#begin(at)
    outage.reasons.set(who, reason)
  }

  goesOn(at: string, who: object): void {
    const outage = this.#byPlace.get(at)
    if (!outage?.reasons.delete(who) || outage.reasons.size > 0) return
    clearTimeout(outage.timer)
    this.#byPlace.delete(at)
    if (!outage.isSaid) return
    const seconds = Math.round((performance.now() - outage.sinceMs) / 1000)
    this.#log.warn('the store takes again what is sent', { at, afterSeconds: seconds })
    this.#count()
  }

  #begin(at: string): Outage {
    const timer = setTimeout(() => this.#say(at), SAID_AFTER_MS).unref()
    const outage: Outage = { sinceMs: performance.now(), reasons: new Map(), timer, isSaid: false }
    this.#byPlace.set(at, outage)
    return outage
  }

  #say(at: string): void {
    const outage = this.#byPlace.get(at)
    if (!outage) return
    outage.isSaid = true
    const reason = [...new Set(outage.reasons.values())].join('; ')
    this.#log.error('the store does not take what is sent: nothing is acknowledged until it does', { at, reason })
    this.#count()
  }

  #count(): void {
    this.#onCount([...this.#byPlace.values()].filter(({ isSaid }) => isSaid).length)
  }
}

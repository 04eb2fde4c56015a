import type { Down } from '#protocol/down.ts'
import type { Up } from '#protocol/up.ts'
import type { Clock } from './ports/clock.ts'

const STALLED_AFTER_MS = 5_000

type Listeners = {
  /** Asks for a sign of life: `alive` tells that it came. */
  ask(): void
  /** Whether the server is there, and does not store what it is sent. */
  stalls(isStalled: boolean): void
}

/** What has been sent on this connection, and the server has not said that it is stored, or never will be. */
export class Unstored {
  readonly #clock: Clock
  readonly #listeners: Listeners
  readonly #numbers = new Set<string>()
  #isAsking = false
  #isStalled = false
  #stopWaiting: (() => void) | undefined

  constructor(clock: Clock, listeners: Listeners) {
    this.#clock = clock
    this.#listeners = listeners
  }

  said(event: Up): void {
    if (event.type !== 'send' && event.type !== 'skip') return
    this.#numbers.add(keyOf(event))
    if (this.#numbers.size === 1) this.#wait()
  }

  heard(event: Down): void {
    if (event.type === 'pong') return this.#alive()
    if (event.type === 'refused' && isNoDecision(event.refusal.kind)) return
    if ((event.type !== 'stored' && event.type !== 'refused') || !this.#numbers.delete(keyOf(event))) return
    this.#become(false)
    this.#rest()
    if (this.#numbers.size > 0) this.#wait()
  }

  /** The connection is gone. */
  forget(): void {
    this.#numbers.clear()
    this.#rest()
    this.#isStalled = false
  }

  #wait(): void {
    this.#stopWaiting = this.#clock.after(STALLED_AFTER_MS, () => {
      // It may still be on its way: an answer to what is said behind it tells that it is not.
      this.#isAsking = true
      this.#listeners.ask()
    })
  }

  #rest(): void {
    this.#stopWaiting?.()
    this.#isAsking = false
  }

  #alive(): void {
    if (this.#isAsking) this.#become(true)
    this.#isAsking = false
  }

  #become(isStalled: boolean): void {
    if (isStalled === this.#isStalled) return
    this.#isStalled = isStalled
    this.#listeners.stalls(isStalled)
  }
}

/** Nobody has looked at it: where a store does not answer, that is said again and again. */
function isNoDecision(kind: string): boolean {
  return kind === 'retry' || kind === 'busy'
}

function keyOf({ room, producer, n }: { room: string; producer: string; n: number }): string {
  return `${room}/${producer}/${n}`
}

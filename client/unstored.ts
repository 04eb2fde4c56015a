import type { Down } from '#protocol/down.ts'
import type { ProducerId, RoomId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import type { Up } from '#protocol/up.ts'
import type { Clock } from './ports/clock.ts'

const STALLED_AFTER_MS = 5_000

type Numbered = { readonly room: RoomId; readonly producer: ProducerId; readonly n: number }

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
    // It begins anew: what is not stored is sent again.
    if (event.type === 'sync') return this.forget()
    if (event.type !== 'send' && event.type !== 'skip') return
    // One that is sent again waits already.
    if (this.#numbers.size === 0) this.#wait()
    this.#numbers.add(keyOf(event))
  }

  heard(event: Down): void {
    if (event.type === 'pong') return this.#alive()
    if (event.type === 'refused' && isNoDecision(event.refusal.kind)) return
    if (event.type === 'stored' || event.type === 'refused') this.#settled([event])
  }

  /** What is in a timeline is stored, whether or not its answer gets here. */
  seen(room: RoomId, records: readonly TimelineRecord[]): void {
    this.#settled(records.flatMap((record) => (record.kind === 'text' ? { ...record, room } : [])))
  }

  /** The connection is gone. */
  forget(): void {
    this.#numbers.clear()
    this.#rest()
    this.#isStalled = false
  }

  #settled(numbers: readonly Numbered[]): void {
    const known = numbers.filter((number) => this.#numbers.delete(keyOf(number)))
    if (known.length === 0) return
    this.#become(false)
    this.#rest()
    if (this.#numbers.size > 0) this.#wait()
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

function keyOf({ room, producer, n }: Numbered): string {
  return `${room}/${producer}/${n}`
}

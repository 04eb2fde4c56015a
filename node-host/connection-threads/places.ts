import { type ConnectionBounds, ConnectionLimits } from '../connection-limits.ts'
import type { Entered } from './control.ts'

/** The places of all connections of all threads: they are counted together, in the main thread. */
export class Places {
  readonly #limits: ConnectionLimits
  readonly #taken = new Map<number, { readonly thread: number; readonly leave: () => void }>()
  #next = 0

  constructor(bounds: ConnectionBounds) {
    this.#limits = new ConnectionLimits(bounds)
  }

  enter(thread: number, address: string): Entered {
    const entered = this.#limits.enter(address)
    if ('refused' in entered) return entered
    const place = this.#next++
    this.#taken.set(place, { thread, leave: entered.leave })
    return { place }
  }

  leave(place: number): void {
    this.#taken.get(place)?.leave()
    this.#taken.delete(place)
  }

  /** A thread has ended, and its connections with it. */
  leaveAll(thread: number): void {
    for (const [place, taken] of this.#taken) if (taken.thread === thread) this.leave(place)
  }
}

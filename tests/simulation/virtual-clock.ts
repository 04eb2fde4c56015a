import { type Event, EventHeap } from './event-heap.ts'

/** Time that passes only when nothing is left to do. Everything that waits in the simulation waits here. */
export class VirtualClock {
  #now = 1_700_000_000_000
  #order = 0
  readonly #events = new EventHeap()

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    const event: Event = { at: this.#now + ms, order: this.#order++, run }
    this.#events.push(event)
    return () => {
      event.run = undefined
    }
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve)
    })
  }

  /** A long time passes at once: what was due in it comes late. */
  leap(ms: number): void {
    this.#now += ms
  }

  /** Runs what is due in the next `ms`; every event's consequences are played out before the next. */
  advance(ms: number): Promise<void> {
    const end = this.#now + ms
    return new Promise((resolve, reject) => {
      const step = () => {
        try {
          const event = this.#events.popUntil(end)
          if (!event) {
            this.#now = Math.max(this.#now, end)
            return resolve()
          }
          this.#now = Math.max(this.#now, event.at)
          event.run?.()
        } catch (error) {
          return reject(error)
        }
        whenAllIsDone(step)
      }
      whenAllIsDone(step)
    })
  }
}

/**
 * Calls back when no promise is left to go on. Node runs its ticks when the queue of microtasks is empty, and only one
 * planned from within that queue comes after all the rest of it. A trip through the event loop costs ten times as much.
 */
function whenAllIsDone(callback: () => void): void {
  queueMicrotask(() => process.nextTick(callback))
}

import { setImmediate } from 'node:timers/promises'

type Event = { readonly at: number; readonly order: number; readonly run: () => void }

/** Time that passes only when nothing is left to do. Everything that waits in the simulation waits here. */
export class VirtualClock {
  #now = 1_700_000_000_000
  #order = 0
  #events: Event[] = []

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    const event = { at: this.#now + ms, order: this.#order++, run }
    // Almost everything is due soon after what is already there: search from the end.
    let index = this.#events.length
    while (index > 0 && isBefore(event, this.#events[index - 1])) index--
    this.#events.splice(index, 0, event)
    return () => {
      this.#events = this.#events.filter((other) => other !== event)
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
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await setImmediate()
    for (let event = this.#events[0]; event && event.at <= end; event = this.#events[0]) {
      this.#events.shift()
      this.#now = Math.max(this.#now, event.at)
      event.run()
      await setImmediate()
    }
    this.#now = end
  }
}

function isBefore(event: Event, other: Event | undefined): boolean {
  return other !== undefined && event.at < other.at
}

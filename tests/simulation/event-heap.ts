/** Something due at a time; of two due at once the one planned first comes first. Without `run`: called off. */
export type Event = { readonly at: number; readonly order: number; run: (() => void) | undefined }

/** What is due next, in a binary heap. */
export class EventHeap {
  readonly #events: Event[] = []

  push(event: Event): void {
    const events = this.#events
    let at = events.length
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = events[above]
      if (!parent || isBefore(parent, event)) break
      events[at] = parent
      at = above
    }
    events[at] = event
  }

  /** The next one, if it is due by then; it is taken out. Those called off are passed over. */
  popUntil(end: number): Event | undefined {
    for (let first = this.#events[0]; first && first.at <= end; first = this.#events[0]) {
      this.#removeFirst()
      if (first.run) return first
    }
    return undefined
  }

  #removeFirst(): void {
    const events = this.#events
    const last = events.pop()
    if (!last || events.length === 0) return
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      const [left, right] = [events[below], events[below + 1]]
      if (!left) break
      if (right && isBefore(right, left)) below++
      const child = below === 2 * at + 1 ? left : right
      if (!child || isBefore(last, child)) break
      events[at] = child
      at = below
    }
    events[at] = last
  }
}

function isBefore(event: Event, other: Event): boolean {
  return event.at < other.at || (event.at === other.at && event.order < other.order)
}

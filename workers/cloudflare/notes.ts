import type { SocketId } from '#durable/ports/sockets.ts'

/** So long after a change notes are written. A timer holds the object in memory, so none is missed. */
const NOTE_AFTER_MS = 1_000
/** A gateway that waits for somebody is not put to sleep for so many times that long. */
const MOST_DELAYS = 60

/** When to write down what a gateway knows of its sockets: soon after it has changed, once for many changes. */
export class Notes {
  readonly #isBusy: () => boolean
  readonly #write: (id: SocketId) => void
  readonly #stale = new Set<SocketId>()
  #isWaiting = false

  constructor(isBusy: () => boolean, write: (id: SocketId) => void) {
    this.#isBusy = isBusy
    this.#write = write
  }

  /** Something about this socket is not as its note says. */
  outdate(id: SocketId): void {
    this.#stale.add(id)
    if (this.#isWaiting) return
    this.#isWaiting = true
    this.#wait(MOST_DELAYS)
  }

  #wait(delays: number): void {
    setTimeout(() => (delays > 0 && this.#isBusy() ? this.#wait(delays - 1) : this.#writeAll()), NOTE_AFTER_MS)
  }

  #writeAll(): void {
    this.#isWaiting = false
    const stale = [...this.#stale]
    this.#stale.clear()
    for (const id of stale) this.#write(id)
  }
}

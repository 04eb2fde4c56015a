import type { RoomId } from '#protocol/ids.ts'
import type { Clock } from './ports/clock.ts'

const EVERY_MS = 1_000

/** Sends read marks, at most one a second for each room, always the newest. */
export class ReadMarks {
  readonly #clock: Clock
  readonly #send: (room: RoomId, seq: number) => void
  readonly #due = new Map<RoomId, number>()
  readonly #paused = new Set<RoomId>()

  constructor(clock: Clock, send: (room: RoomId, seq: number) => void) {
    this.#clock = clock
    this.#send = send
  }

  mark(room: RoomId, seq: number): void {
    this.#due.set(room, seq)
    if (!this.#paused.has(room)) this.#sendDue(room)
  }

  forget(): void {
    this.#due.clear()
  }

  #sendDue(room: RoomId): void {
    const seq = this.#due.get(room)
    if (seq === undefined) return
    this.#due.delete(room)
    this.#send(room, seq)
    this.#paused.add(room)
    this.#clock.after(EVERY_MS, () => {
      this.#paused.delete(room)
      this.#sendDue(room)
    })
  }
}

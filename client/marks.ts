import type { RoomId } from '#protocol/ids.ts'
import type { Clock } from './ports/clock.ts'

/** At most one mark in this time for each room. */
const EVERY_MS = 1_000
const LONGEST_PAUSE_MS = 4_000

type Mark = { seq: number; sentAt: number; pauseMs: number; stop: () => void }

/**
 * Sends marks of one kind, always the newest of each room, and again with growing pauses until the server has confirmed
 * it. The first waits for `afterMs`.
 */
export class Marks {
  readonly #clock: Clock
  readonly #send: (room: RoomId, seq: number) => void
  readonly #afterMs: number
  readonly #unconfirmed = new Map<RoomId, Mark>()

  constructor(clock: Clock, send: (room: RoomId, seq: number) => void, afterMs = 0) {
    this.#clock = clock
    this.#send = send
    this.#afterMs = afterMs
  }

  mark(room: RoomId, seq: number): void {
    const known = this.#unconfirmed.get(room)
    known?.stop()
    const sentAt = known?.sentAt ?? this.#clock.now() + this.#afterMs - EVERY_MS
    const mark: Mark = { seq, sentAt, pauseMs: EVERY_MS, stop: () => {} }
    this.#unconfirmed.set(room, mark)
    const wait = mark.sentAt + EVERY_MS - this.#clock.now()
    if (wait > 0) mark.stop = this.#clock.after(wait, () => this.#sendAgain(room, mark))
    else this.#sendAgain(room, mark)
  }

  /** The server knows of a mark as far as this. */
  confirmed(room: RoomId, seq: number): void {
    const mark = this.#unconfirmed.get(room)
    if (mark && mark.seq <= seq) this.drop(room)
  }

  /** The room is gone. */
  drop(room: RoomId): void {
    this.#unconfirmed.get(room)?.stop()
    this.#unconfirmed.delete(room)
  }

  forget(): void {
    for (const room of [...this.#unconfirmed.keys()]) this.drop(room)
  }

  #sendAgain(room: RoomId, mark: Mark): void {
    mark.sentAt = this.#clock.now()
    this.#send(room, mark.seq)
    mark.stop = this.#clock.after(mark.pauseMs, () => this.#sendAgain(room, mark))
    mark.pauseMs = Math.min(mark.pauseMs * 2, LONGEST_PAUSE_MS)
  }
}

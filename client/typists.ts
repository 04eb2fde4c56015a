import type { RoomId, UserId } from '#protocol/ids.ts'
import { TYPING_EVERY_MS, TYPING_LASTS_MS } from '#protocol/limits.ts'
import type { Clock } from './ports/clock.ts'

const NOBODY: readonly UserId[] = []

/** Who is writing just now, and when that was last said of this client itself. */
export class Typists {
  readonly #clock: Clock
  readonly #changed: (room: RoomId) => void
  readonly #writing = new Map<RoomId, Map<UserId, () => void>>()
  readonly #saidAt = new Map<RoomId, number>()

  constructor(clock: Clock, changed: (room: RoomId) => void) {
    this.#clock = clock
    this.#changed = changed
  }

  /** Whether it is time to say again that this client writes. */
  isDue(room: RoomId): boolean {
    const now = this.#clock.now()
    if (now - (this.#saidAt.get(room) ?? Number.NEGATIVE_INFINITY) < TYPING_EVERY_MS) return false
    this.#saidAt.set(room, now)
    return true
  }

  /** This client has sent what it wrote: what it writes next is said at once. */
  sent(room: RoomId): void {
    this.#saidAt.delete(room)
  }

  of(room: RoomId): readonly UserId[] {
    const writing = this.#writing.get(room)
    return writing ? [...writing.keys()] : NOBODY
  }

  heard(room: RoomId, user: UserId): void {
    const writing = this.#writing.get(room) ?? new Map<UserId, () => void>()
    this.#writing.set(room, writing)
    writing.get(user)?.()
    const isNew = !writing.has(user)
    writing.set(
      user,
      this.#clock.after(TYPING_LASTS_MS, () => this.ended(room, user)),
    )
    if (isNew) this.#changed(room)
  }

  /** It has come, or nothing more was heard of it. */
  ended(room: RoomId, user: UserId): void {
    const writing = this.#writing.get(room)
    writing?.get(user)?.()
    if (!writing?.delete(user)) return
    if (writing.size === 0) this.#writing.delete(room)
    this.#changed(room)
  }

  /** Nothing is heard any more. */
  forget(): void {
    for (const [room, writing] of [...this.#writing]) for (const user of [...writing.keys()]) this.ended(room, user)
    this.#saidAt.clear()
  }
}

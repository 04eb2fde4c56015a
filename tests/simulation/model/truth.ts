import type { Commit } from '#durable/ports/storage.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { DiskWatch } from '../../support/memory-storage.ts'
import { FileTruth } from './file-truth.ts'
import { RoomTruth } from './room-truth.ts'
import { UserTruth } from './user-truth.ts'
import type { Verdict } from './violation.ts'

/** The model: what the disk holds, in the order in which it got there. What anybody is shown is compared with it. */
export class Truth implements DiskWatch {
  readonly rooms = new Map<RoomId, RoomTruth>()
  readonly users = new Map<UserId, UserTruth>()
  readonly files: FileTruth
  readonly #verdict: Verdict
  readonly #now: () => number
  readonly #onAlarm: (actor: string, at: number) => void
  /** The newest handle of each actor that was used. */
  readonly #owners = new Map<string, number>()

  constructor(verdict: Verdict, now: () => number, onAlarm: (actor: string, at: number) => void) {
    this.files = new FileTruth(verdict)
    this.#verdict = verdict
    this.#now = now
    this.#onAlarm = onAlarm
  }

  room(id: RoomId): RoomTruth {
    const known = this.rooms.get(id)
    if (known) return known
    const room = new RoomTruth(id, this.#verdict)
    this.rooms.set(id, room)
    return room
  }

  user(id: UserId): UserTruth {
    const known = this.users.get(id)
    if (known) return known
    const user = new UserTruth(id, this.#verdict)
    this.users.set(id, user)
    return user
  }

  /** The rooms whose member a user is. */
  roomsOf(user: UserId): RoomTruth[] {
    return [...this.rooms.values()].filter((room) => room.isMember(user))
  }

  began(actor: string, handle: number): void {
    this.#owners.set(actor, Math.max(handle, this.#owners.get(actor) ?? 0))
  }

  /** I10: once an instance has read, nothing of an earlier one gets to the disk: it would not be known there. */
  applied(actor: string, commit: Commit, handle: number): void {
    if (handle < (this.#owners.get(actor) ?? 0))
      this.#verdict.violated('I10', `an instance of ${actor} writes after the next one has begun`)
    const [kind, id = ''] = actor.split('/')
    this.files.apply(actor, commit)
    if (kind === 'room') this.#room(this.room(id as RoomId), commit)
    if (kind === 'user') this.user(id as UserId).apply(commit)
    if (commit.wakeAt !== undefined && commit.wakeAt !== null) this.#onAlarm(actor, commit.wakeAt)
  }

  #room(room: RoomTruth, commit: Commit): void {
    const { head } = room
    room.apply(commit, this.#now())
    for (const record of room.records.slice(head)) this.files.named(room.id, record)
  }
}

import { refuse } from '#protocol/errors.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { Storage, Write } from '../ports/storage.ts'
import { NewestMarks } from './newest-marks.ts'
import { type MemberRow, memberTable, ROOM_KEY, type RoomRow, roomTable } from './rows.ts'
import { isWritten, type NewRecord, type Place } from './timeline.ts'

export const NOT_A_MEMBER = refuse('forbidden', 'not a member of this room')

/** Marks of members that a head carries. */
const MARKS_IN_HEAD = 100

/** Who is in a room, from where each may read and how far each has read. */
export class Membership {
  #room: RoomRow | undefined
  readonly #members = new Map<UserId, MemberRow>()
  readonly #marks = new NewestMarks(this.#members)

  async load(storage: Storage): Promise<void> {
    this.#room = await roomTable.get(storage, ROOM_KEY)
    for (const [user, row] of await memberTable.all(storage)) this.#members.set(user as UserId, row)
  }

  get room(): RoomRow | undefined {
    return this.#room
  }

  get size(): number {
    return this.#members.size
  }

  of(user: UserId): MemberRow | undefined {
    return this.#members.get(user)
  }

  all(): [UserId, MemberRow][] {
    return [...this.#members]
  }

  /** The other one of a direct room. */
  peerOf(user: UserId): UserId | undefined {
    if (this.#room?.kind !== 'direct') return undefined
    for (const member of this.#members.keys()) if (member !== user) return member
    return undefined
  }

  open(room: RoomRow): Write {
    this.#room = room
    return roomTable.put(ROOM_KEY, room)
  }

  raiseRev(room: RoomRow): Write {
    return this.open({ ...room, rev: room.rev + 1 })
  }

  admit(user: UserId, row: MemberRow): Write {
    this.#members.set(user, row)
    this.#marks.moved(user, row)
    return memberTable.put(user, row)
  }

  newestMarks(count: number, but?: UserId): [UserId, { seq: number; ord: number }][] {
    return this.#marks.first
      .filter(([user]) => user !== but)
      .slice(0, count)
      .map(([user, { read, readOrd }]) => [user, { seq: read, ord: readOrd }])
  }

  /** Moves a mark forward; never back. */
  mark(user: UserId, seq: number, ord: number): Write[] {
    const row = this.#members.get(user)
    return row && row.read < seq ? [this.admit(user, { ...row, read: seq, readOrd: ord })] : []
  }

  /** In a direct room: who has more on a device than was read, which is there of course. */
  received(): [UserId, number][] {
    return this.all().flatMap(([user, { received = 0, read }]): [UserId, number][] =>
      received > read ? [[user, received]] : [],
    )
  }

  /** What a device of a member holds: at least what was read on it. */
  receivedOf(user: UserId): number {
    const { received = 0, read = 0 } = this.#members.get(user) ?? {}
    return Math.max(received, read)
  }

  /** Moves what a device of a member holds forward; never back. */
  receive(user: UserId, seq: number): Write[] {
    const row = this.#members.get(user)
    return row && this.receivedOf(user) < seq ? [this.admit(user, { ...row, received: seq })] : []
  }

  /** A message is read by who wrote it (SPEC.md, U3). */
  markAuthors(records: readonly NewRecord[], places: readonly Place[]): Write[] {
    const newest = new Map<UserId, Place>()
    for (const [i, record] of records.entries()) {
      const place = places[i]
      if (place && isWritten(record)) newest.set(record.by, place)
    }
    return [...newest].flatMap(([user, { seq, ord }]) => {
      const row = this.#members.get(user)
      return row ? [this.admit(user, { ...row, read: seq, readOrd: ord, wrote: true })] : []
    })
  }

  /** Whether a member has opened the room or written in it: who is only written to may not want to be there. */
  takesPart(user: UserId): boolean {
    return this.#room?.creator === user || this.#members.get(user)?.wrote === true
  }

  /** Removes a member. When the last owner goes, the longest-standing member becomes owner. */
  dismiss(user: UserId): Write[] {
    this.#members.delete(user)
    this.#marks.gone(user)
    const writes = [memberTable.delete(user)]
    const heir = this.#hasOwner ? undefined : this.#longestStanding
    if (heir) writes.push(this.admit(heir[0], { ...heir[1], role: 'owner' }))
    return writes
  }

  get #hasOwner(): boolean {
    for (const { role } of this.#members.values()) if (role === 'owner') return true
    return false
  }

  get #longestStanding(): readonly [UserId, MemberRow] | undefined {
    let first: readonly [UserId, MemberRow] | undefined
    for (const one of this.#members) if (!first || isBefore(one, first)) first = one
    return first
  }
}

function isBefore(
  [a, { floor: since }]: readonly [UserId, MemberRow],
  [b, { floor: other }]: readonly [UserId, MemberRow],
): boolean {
  return since < other || (since === other && a < b)
}

export type HeadFields = {
  readonly room: RoomId
  readonly kind: 'direct' | 'group'
  readonly title?: string
  readonly peer?: UserId
  readonly received?: number
  readonly ownReceived?: number
  readonly members: number
  readonly rev: number
  readonly floor: number
  readonly seq: number
  readonly ord: number
  readonly read: number
  readonly unread: number
  readonly others: readonly (readonly [UserId, number])[]
}

/** The room as one member sees it, without the records. */
export function describeHead(
  id: RoomId,
  membership: Membership,
  user: UserId,
  head: { seq: number; ord: number },
): HeadFields | undefined {
  const { room } = membership
  const member = membership.of(user)
  if (!room || !member) return undefined
  const peer = membership.peerOf(user)
  const receivedBy = (one: UserId) => Math.min(membership.receivedOf(one), head.seq)
  return {
    room: id,
    kind: room.kind,
    ...(room.title !== undefined && { title: room.title }),
    ...(peer && { peer, received: receivedBy(peer), ownReceived: receivedBy(user) }),
    members: membership.size,
    rev: room.rev,
    floor: member.floor,
    seq: head.seq,
    ord: head.ord,
    read: Math.min(member.read, head.seq),
    unread: Math.max(0, head.ord - member.readOrd),
    others: membership.newestMarks(MARKS_IN_HEAD, user).map(([other, { seq }]) => [other, seq] as const),
  }
}

import type { UserId } from '#protocol/ids.ts'
import type { Write } from '../ports/storage.ts'
import type { Effect } from './effects.ts'
import type { Membership } from './membership.ts'
import type { MemberRow, RoomRow } from './rows.ts'
import type { NewRecord, Place } from './timeline.ts'

/** Somebody comes into a room or goes: the records that say so, and what is committed with them. */
export type MembershipChange = {
  readonly records: readonly NewRecord[]
  readonly rows: readonly Write[]
  readonly effects: readonly Effect[]
}

/** A room begins with its members. */
export function opening(
  membership: Membership,
  room: Omit<RoomRow, 'rev'>,
  members: readonly UserId[],
): MembershipChange {
  const { kind, title, creator, createdAt: at } = room
  const rows = members.map((user) => {
    const role: MemberRow['role'] = kind === 'group' && user === creator ? 'owner' : 'member'
    return membership.admit(user, { role, floor: 1, read: 1, readOrd: 0 })
  })
  rows.push(membership.open({ ...room, rev: 1 }))
  const effects = members.map((user): Effect => ({ do: 'add', user, rev: 1 }))
  const record: NewRecord = { at, by: creator, kind: 'created', ...(title !== undefined && { title }) }
  return { records: [record], rows, effects: [{ do: 'index' }, ...effects] }
}

/** Each reads from the record of the own invitation on (SPEC.md, M3). */
export function arrival(
  membership: Membership,
  room: RoomRow,
  { by, users, at, last }: { by: UserId; users: readonly UserId[]; at: number; last: Place },
): MembershipChange {
  const rows = users.map((user, i) => {
    const place = last.seq + 1 + i
    return membership.admit(user, { role: 'member', floor: place, read: place, readOrd: last.ord })
  })
  rows.push(membership.raiseRev(room))
  const effects = users.map((user): Effect => ({ do: 'add', user, rev: room.rev + 1 }))
  return { records: users.map((user) => ({ at, by, kind: 'joined', user })), rows, effects }
}

/** By oneself, or by the owner. */
export function departure(
  membership: Membership,
  room: RoomRow,
  { by, user, at }: { by: UserId; user: UserId; at: number },
): MembershipChange {
  const rows = [...membership.dismiss(user), membership.raiseRev(room)]
  return { records: [{ at, by, kind: 'left', user }], rows, effects: [{ do: 'remove', user, rev: room.rev + 1 }] }
}

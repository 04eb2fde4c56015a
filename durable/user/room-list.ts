import type { RoomId } from '#protocol/ids.ts'
import type { InboxEntry } from '#protocol/inbox-entry.ts'
import type { Storage, Write } from '../ports/storage.ts'
import type { Inbox, InboxDelivery } from './inbox.ts'
import { type MembershipRow, membershipTable } from './rows.ts'

/** The rooms a user is in, or was, as far as the rooms have said so. */
export class RoomList {
  readonly #rooms = new Map<RoomId, MembershipRow>()

  async load(storage: Storage): Promise<void> {
    for (const [room, row] of await membershipTable.all(storage)) this.#rooms.set(room as RoomId, row)
  }

  /** The last joined first. */
  joined(): RoomId[] {
    const members = [...this.#rooms].filter(([, { member }]) => member)
    return members.sort(([, a], [, b]) => b.entry - a.entry).map(([room]) => room)
  }

  includes(room: RoomId): boolean {
    return this.#rooms.get(room)?.member ?? false
  }

  /** Whether a room has said that the user takes part in it. */
  knowsPartIn(room: RoomId): boolean {
    return this.#rooms.get(room)?.takesPart ?? false
  }

  takesPartIn(room: RoomId): Write[] {
    const row = this.#rooms.get(room)
    if (!row) return []
    const now = { ...row, takesPart: true }
    this.#rooms.set(room, now)
    return [membershipTable.put(room, now)]
  }

  /** What a room says of the user's membership, for the inbox; undefined when it is a late or repeated word (SPEC.md, W2). */
  apply(
    { room, rev, member, at }: { room: RoomId; rev: number; member: boolean; at: number },
    inbox: Inbox,
  ): { delivery: InboxDelivery; writes: Write[] } | undefined {
    if ((this.#rooms.get(room)?.rev ?? 0) >= rev) return undefined
    const row: MembershipRow = { rev, member, entry: inbox.next }
    this.#rooms.set(room, row)
    const kind: InboxEntry['kind'] = member ? 'room-added' : 'room-removed'
    const { delivery, writes } = inbox.append({ at, room, rev, kind })
    return { delivery, writes: [membershipTable.put(room, row), ...writes] }
  }
}

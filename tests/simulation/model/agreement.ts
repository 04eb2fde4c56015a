import type { RoomView } from '#client/model.ts'
import type { UserId } from '#protocol/ids.ts'
import type { Device } from '../people/device.ts'
import type { RoomTruth } from './room-truth.ts'
import type { Truth } from './truth.ts'
import type { UserTruth } from './user-truth.ts'
import { Violation } from './violation.ts'
import { isSameRecord } from './witness.ts'

/** What is done only when nobody can send a file any more, or nobody has named one for a day. */
const LATER: ReadonlySet<unknown> = new Set(['files', 'objects'])

/** I13: a violation when not everybody agrees with what the disk holds. */
export function disagreement(truth: Truth, devices: readonly Device[]): Violation | undefined {
  const why = whyNot(truth, devices)
  if (why) return new Violation('I13', why)
  for (const { name, snug, values } of devices) {
    if (snug.account.status === 'logged-in') continue
    // The ids of an account that is being made are kept for the next attempt.
    const kept = [...values.keys()].filter((key) => key !== 'registration')
    if (kept.length > 0) return new Violation('log-out', `${name} is logged out, and keeps ${kept.join()}`)
  }
  return undefined
}

function whyNot(truth: Truth, devices: readonly Device[]): string | undefined {
  // The cheapest first: most looks are taken while somebody is still coming back.
  for (const { name, snug } of devices) {
    if (snug.connection.status !== 'live') return `${name} is ${snug.connection.status}`
  }
  for (const room of truth.rooms.values()) {
    const why = unfinished(room)
    if (why) return `${room.id} ${why}`
  }
  for (const user of truth.users.values()) {
    const why = unfinished(user) ?? roomList(truth, user)
    if (why) return `${user.id} ${why}`
  }
  const untidy = truth.files.untidy()
  if (untidy) return untidy
  for (const device of devices) {
    const why = onDevice(truth, device)
    if (why) return `${device.name} ${why}`
  }
  return undefined
}

function unfinished({ pending }: RoomTruth | UserTruth): string | undefined {
  for (const [table, { all }] of pending) {
    const left = [...all].filter(([key]) => !LATER.has(key))
    if (left.length > 0) return `still has an ${table}: ${JSON.stringify(left)}`
  }
  return undefined
}

/** W1: what a user's own list says is what the rooms say. */
function roomList(truth: Truth, { id, rooms }: UserTruth): string | undefined {
  const listed = [...rooms.all].flatMap(([room, { member }]) => (member ? [String(room)] : []))
  const actual = truth.roomsOf(id as UserId).map((room) => room.id)
  return sameSet(listed, actual) ? undefined : `is listed in ${listed.join()}, and is in ${actual.join()}`
}

function onDevice(truth: Truth, device: Device): string | undefined {
  const { snug, user } = device
  if (snug.account.status !== 'logged-in' || !user) return undefined
  if (!truth.user(user).devices.get(snug.account.device)) return 'is logged in, and its token has ended'
  const shown = device.rooms.map(({ id }) => id)
  const actual = truth.roomsOf(user)
  const ids = actual.map(({ id }) => id)
  if (!sameSet(shown, ids)) return `shows ${shown.join()}, and ${user} is in ${ids.join()}`
  for (const view of device.rooms) {
    const why = inRoom(view, truth.room(view.id), user)
    if (why) return `${why} in ${view.id}`
  }
  return undefined
}

function inRoom(view: RoomView, room: RoomTruth, user: UserId): string | undefined {
  const me = room.members.get(user)
  if (!me) return 'is no member'
  const { head } = room
  const waiting = view.outgoing.filter(({ refusal }) => !refusal).length
  if (waiting > 0) return `has ${waiting} messages waiting`
  // What arrived as something else waits for a person; nothing else is wrong with what is sent.
  const upload = view.uploads.find(
    ({ refusal }) => !refusal || refusal === 'unreadable' || refusal.kind !== 'not-as-declared',
  )
  if (upload) return `has files on their way, refused: ${JSON.stringify(upload.refusal)},`
  const last = view.records.at(-1)?.seq
  if (view.head !== head || last !== head) return `has come to ${view.head} (${last}) of ${head}`
  if (view.floor !== me.floor) return `reads from ${view.floor}, not ${me.floor}`
  if (view.read !== me.read) return `has read up to ${view.read}, not ${me.read}`
  const unread = room.ordAt(head) - room.ordAt(me.read)
  if (view.unread !== unread || me.readOrd !== room.ordAt(me.read))
    return `counts ${view.unread} unread (${me.readOrd} read), not ${unread} (${room.ordAt(me.read)})`
  if (view.memberCount !== room.members.all.size)
    return `counts ${view.memberCount} of ${room.members.all.size} members`
  for (const [other, { read }] of room.members.all) {
    const mark = view.marks.get(other as UserId)
    if (other !== user && mark !== read) return `has the mark of ${other} at ${mark}, not ${read}`
  }
  return wrongRecord(view, room)
}

/** I3, of what is shown in the end. */
function wrongRecord({ records, floor, complete }: RoomView, room: RoomTruth): string | undefined {
  const first = records[0]?.seq ?? 0
  if (complete !== first <= floor) return `calls ${first} the beginning, or not`
  for (const [i, record] of records.entries()) {
    if (record.seq !== first + i || !isSameRecord(record, room.records[record.seq - 1]))
      return `shows another record at ${record.seq}`
  }
  return first < floor ? `shows ${first}, below the floor ${floor}` : undefined
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item))
}

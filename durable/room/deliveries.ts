import { encodeDown, encodeWithItems } from '#protocol/codec.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { Stretch } from '../sequence.ts'
import type { Membership } from './membership.ts'
import { decodeRecord, type NewRecord, type Place } from './timeline.ts'

/** Records on their way to a gateway: one event in ready bytes. A departure is always the last of its delivery. */
export type RoomDelivery = {
  readonly room: RoomId
  readonly from: number
  readonly to: number
  readonly event: Uint8Array
  readonly departed?: UserId
  /** What has no place in the timeline; for those who have come as far as `to`. */
  readonly events?: readonly Uint8Array[]
}

/** A stretch of the timeline, up to the first departure in it. */
export function deliveryOf(
  room: RoomId,
  stretch: Stretch,
  records: readonly NewRecord[] = stretch.rows.map(decodeRecord),
): RoomDelivery {
  const departure = records.findIndex(({ kind }) => kind === 'left')
  const left = records[departure]
  const rows = left ? stretch.rows.slice(0, departure + 1) : stretch.rows
  const { from } = stretch
  const to = from + rows.length - 1
  const event = encodeWithItems({ type: 'delivery', room, from, to }, 'records', rows)
  return { room, from, to, event, ...(left?.kind === 'left' && { departed: left.user }) }
}

/** No records: only where the room is, and events that are for whoever has come so far. */
export function eventsAt(room: RoomId, seq: number, events: readonly Uint8Array[]): RoomDelivery {
  return { ...deliveryOf(room, { from: seq + 1, to: seq, rows: [] }), events }
}

/** Of the marks that were missed most are among the newest; a notice goes to everybody, so it stays small. */
const MARKS_IN_NOTICE = 16

/** Where the room is, and where marks in it are. */
export function noticeOf(room: RoomId, seq: number, membership: Membership): RoomDelivery {
  const read = membership.newestMarks(MARKS_IN_NOTICE).map(([user, mark]) => readEvent(room, user, mark))
  const received = membership.received().map(([user, upTo]) => receivedEvent(room, user, upTo))
  return eventsAt(room, seq, [...read, ...received])
}

export function readEvent(room: RoomId, user: UserId, { seq, ord }: Place): Uint8Array {
  return encodeDown({ type: 'read', room, user, seq, ord })
}

export function receivedEvent(room: RoomId, user: UserId, seq: number): Uint8Array {
  return encodeDown({ type: 'received', room, user, seq })
}

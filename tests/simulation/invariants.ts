import type { RoomId } from '#protocol/ids.ts'
import type { TextRecord, TimelineRecord } from '#protocol/record.ts'
import { fromUtf8 } from '#protocol/text.ts'
import type { Device } from './device.ts'
import { Violation } from './witness.ts'
import type { World } from './world.ts'

/** What the disk holds of a room. */
async function serverTimeline(world: World, room: RoomId): Promise<TimelineRecord[]> {
  const reading = world.disk.open(`room/${room}`).range('timeline', 1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  return (await reading).map(([, bytes]) => JSON.parse(fromUtf8(bytes)))
}

export async function serverHead(world: World, room: RoomId): Promise<number> {
  return (await serverTimeline(world, room)).at(-1)?.seq ?? 0
}

/** I1 to I5, and that what a device took for safe has arrived. */
export async function checkTimelines(world: World, rooms: readonly RoomId[]): Promise<void> {
  for (const room of rooms) {
    const timeline = await serverTimeline(world, room)
    const messages = timeline.filter((record): record is TextRecord => record.kind === 'text')
    checkDense(room, timeline)
    checkOnce(room, messages)
    checkProducerOrder(room, messages)
    checkAcknowledged(world, room, messages)
    checkArrived(world, room, messages)
    for (const device of world.devices) checkSameOrder(device, room, timeline)
  }
}

function checkDense(room: RoomId, timeline: readonly TimelineRecord[]): void {
  for (const [i, { seq }] of timeline.entries()) {
    if (seq !== i + 1) throw new Violation('I2', `${room} has ${seq} where ${i + 1} is due`)
  }
}

function checkOnce(room: RoomId, messages: readonly TextRecord[]): void {
  const seen = new Set<string>()
  for (const { text } of messages) {
    if (seen.has(text)) throw new Violation('I5', `"${text}" stands twice in ${room}`)
    seen.add(text)
  }
}

function checkProducerOrder(room: RoomId, messages: readonly TextRecord[]): void {
  const last = new Map<string, number>()
  for (const { producer, n } of messages) {
    if (n <= (last.get(producer) ?? 0)) throw new Violation('I4', `${producer} ${n} comes too late in ${room}`)
    last.set(producer, n)
  }
}

function checkAcknowledged(world: World, room: RoomId, messages: readonly TextRecord[]): void {
  const bySeq = new Map(messages.map((record) => [record.seq, record]))
  for (const { room: where, producer, n, seq } of world.witness.acknowledged) {
    if (where !== room) continue
    const record = bySeq.get(seq)
    if (record?.producer !== producer || record.n !== n) {
      throw new Violation('I1', `${producer} ${n} was acknowledged at ${seq} of ${room}, where it does not stand`)
    }
  }
}

function checkArrived(world: World, room: RoomId, messages: readonly TextRecord[]): void {
  const stored = new Set(messages.map(({ text }) => text))
  for (const { name, safe } of world.devices) {
    for (const { room: where, text } of safe) {
      if (where === room && !stored.has(text))
        throw new Violation('outbox', `"${text}" of ${name} was safe and never arrived`)
    }
  }
}

function checkSameOrder({ name, snug }: Device, room: RoomId, timeline: readonly TimelineRecord[]): void {
  const view = snug.rooms.get(room)
  if (!view) return
  for (const record of view.records) {
    const there = timeline[record.seq - 1]
    if (JSON.stringify(record) !== JSON.stringify(there)) {
      throw new Violation('I3', `${name} shows another record at ${record.seq} of ${room}`)
    }
  }
  const countable = timeline.filter(({ kind, seq }) => kind === 'text' && seq > view.read).length
  if (view.unread !== countable)
    throw new Violation('unread', `${name} counts ${view.unread} in ${room}, not ${countable}`)
}

/** I8: whatever a device's storage says it holds is there. */
export function checkCache({ name, storage }: Device): void {
  for (const [key, value] of storage.values) {
    if (!key.startsWith('room/')) continue
    const room = key.slice('room/'.length)
    const { first, last } = JSON.parse(value) as { first: number; last: number }
    const held = new Set(
      [...storage.values]
        .filter(([page]) => page.startsWith(`page/${room}/`))
        .flatMap(([, records]) => (JSON.parse(records) as TimelineRecord[]).map(({ seq }) => seq)),
    )
    for (let seq = first; seq <= last; seq++) {
      if (!held.has(seq)) throw new Violation('I8', `${name} says it holds ${seq} of ${room}, and does not`)
    }
  }
}

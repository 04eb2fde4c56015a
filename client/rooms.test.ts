import { beforeEach, describe, expect, test } from 'vitest'
import { makeId, type RoomId } from '#protocol/ids.ts'
import { MAX_HELD_ROOMS } from '#protocol/limits.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import type { RoomHead } from '#protocol/room-head.ts'
import { offline } from './refused-error.ts'
import { Rooms } from './rooms.ts'
import { Saver } from './saver.ts'
import { memoryStore } from './stores/memory-store.ts'

const id = (byte: number) => new Uint8Array(16).fill(byte)
const me = makeId('user', id(1))
const producer = makeId('producer', id(1))
const room = makeId('group', id(1))

function text(seq: number, at = seq): TimelineRecord {
  return { v: 1, seq, ord: seq, at, by: me, kind: 'text', producer, n: seq, text: `text ${seq}` }
}

function head(of: RoomId, rev: number, ...records: TimelineRecord[]): RoomHead {
  const seq = records.at(-1)?.seq ?? 0
  const counts = { members: 1, rev, floor: 1, seq, ord: seq, read: seq, unread: 0 }
  return { room: of, kind: 'group', title: 'Plans', ...counts, others: [], records }
}

describe('the rooms of a user', () => {
  let rooms: Rooms
  let asked: { anchor: number; answer(records: TimelineRecord[]): void; refuse(): void }[]
  let missed: number

  beforeEach(() => {
    asked = []
    missed = 0
    const store = memoryStore()
    rooms = new Rooms(store, new Saver(store, () => {}), {
      changed: () => {},
      gone: () => {},
      seen: () => {},
      missed: () => missed++,
      history: (_, __, anchor) =>
        new Promise((resolve, reject) => {
          asked.push({ anchor, answer: resolve, refuse: () => reject(offline()) })
        }),
    })
    rooms.begin(me)
  })

  const tell = (...heads: RoomHead[]) => rooms.heads({ type: 'heads', heads })
  const deliver = (seq: number) => rooms.delivery({ type: 'delivery', room, from: seq, to: seq, records: [text(seq)] })
  const shown = () => rooms.get(room)?.timeline.records.map(({ seq }) => seq)
  const leave = (rev: number, seq = 1) =>
    rooms.inbox({ type: 'inbox', from: seq, to: seq, entries: [{ v: 1, seq, at: 0, kind: 'room-removed', room, rev }] })
  /** What was answered has been taken. */
  const settled = () => new Promise((resolve) => setImmediate(resolve))

  test('older records are loaded until a place is among them, and no further', async () => {
    tell(head(room, 1, text(300)))
    const going = rooms.loadBackTo(room, 180, (ask) => ask())
    await settled()
    for (const anchor of [300, 250, 200]) {
      expect(asked.at(-1)?.anchor).toBe(anchor)
      asked.at(-1)?.answer(Array.from({ length: 50 }, (_, i) => text(anchor - 50 + i)))
      await settled()
    }
    await going
    expect(asked).toHaveLength(3)
    expect(shown()?.[0]).toBe(150)
  })

  test('where no older records come they are not asked for without end', async () => {
    tell(head(room, 1, text(300)))
    const going = rooms.loadBackTo(room, 180, (ask) => ask())
    await settled()
    asked.at(-1)?.answer([])
    await going
    expect(asked).toHaveLength(1)
  })

  test('C3: of very many rooms a sync names only as many as it may, the newest first', () => {
    const many = Array.from({ length: MAX_HELD_ROOMS + 5 }, (_, i) =>
      head(makeId('group', new Uint8Array(16).fill(i % 256).fill(Math.floor(i / 256), 8)), 1, text(1, i)),
    )
    tell(...many)
    const named = rooms.say().rooms.map(([named]) => named)
    expect(named).toEqual(
      many
        .reverse()
        .slice(0, MAX_HELD_ROOMS)
        .map(({ room }) => room),
    )
  })

  test('F2: a gap is fetched, up to what came last meanwhile', async () => {
    tell(head(room, 1, text(1)))
    deliver(3)
    deliver(5)
    asked[0]?.answer([text(2), text(3)])
    await settled()
    asked[1]?.answer([text(4), text(5)])
    await settled()
    expect(asked.map(({ anchor }) => anchor)).toEqual([1, 3])
    expect(shown()).toEqual([1, 2, 3, 4, 5])
  })

  test('C1: a room that was removed after it was named is asked for anew: its head leaves out what was held', () => {
    tell(head(room, 1, text(1), text(2)))
    leave(2)
    tell({ ...head(room, 3, text(1), text(2)), records: [] })
    expect([missed, rooms.say().rooms]).toEqual([1, []])
    tell(head(room, 3, text(1), text(2)))
    expect([missed, shown()]).toEqual([1, [1, 2]])
  })

  test('F2: a gap in a room that was joined again is fetched, although the one before still waits for its answer', async () => {
    tell(head(room, 1, text(1)))
    deliver(3)
    leave(2)
    tell(head(room, 3, text(7)))
    deliver(9)
    asked[1]?.answer([text(8), text(9)])
    await settled()
    expect(shown()).toEqual([7, 8, 9])
    asked[0]?.answer([text(2), text(3)])
    await settled()
    expect(asked).toHaveLength(2)
    expect(shown()).toEqual([7, 8, 9])
  })

  test('F2: a gap that could not be fetched is left to the next catch-up', async () => {
    tell(head(room, 1, text(1)))
    deliver(3)
    asked[0]?.refuse()
    await settled()
    expect(missed).toBe(1)
    deliver(4)
    expect(asked).toHaveLength(2)
  })

  test('C1: of a server that runs on an older copy of its data each room is asked for anew, and then is what it says', () => {
    for (const [rev, ...records] of [[1, text(1), text(2)] as const, [0, text(1), text(2), text(3)] as const]) {
      rooms.forget()
      rooms.begin(me)
      missed = 0
      tell(head(room, 1, text(1), text(2), text(3)))
      rooms.say()
      tell({ ...head(room, rev, ...records), records: [] })
      expect(missed).toBe(1)
      expect(rooms.say().rooms).toEqual([])
      tell(head(room, rev, ...records))
      expect(shown()).toEqual(records.map(({ seq }) => seq))
      expect(missed).toBe(1)
    }
  })

  test('A13: of a server that goes on from a backup nothing is held any more, and nothing said of the inbox', async () => {
    tell(head(room, 1, text(1), text(2)))
    rooms.inbox({ type: 'inbox', from: 1, to: 1, entries: [] })
    await rooms.startOver()
    expect(rooms.say()).toEqual({ rooms: [] })
    tell(head(room, 1, text(1)))
    expect(shown()).toEqual([1])
  })

  test('C1: a late head, of before something that came meanwhile, is none of an older copy', () => {
    tell(head(room, 1, text(1)))
    rooms.say()
    deliver(2)
    tell({ ...head(room, 1, text(1)), records: [] })
    expect([missed, shown()]).toEqual([0, [1, 2]])
  })

  test('W1: and its inbox goes on from where it is', () => {
    rooms.ready(0, [room])
    leave(1, 1)
    expect(rooms.say().inbox).toBe(1)
    rooms.ready(0, [])
    expect(rooms.say().inbox).toBe(0)
  })
})

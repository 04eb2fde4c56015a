import { beforeEach, describe, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import { RoomState } from './room-state.ts'

const id = (byte: number) => new Uint8Array(16).fill(byte)
const me = makeId('user', id(1))
const other = makeId('user', id(2))
const third = makeId('user', id(3))
const room = makeId('group', id(1))
const producer = makeId('producer', id(1))

function text(seq: number, ord: number, by = other): TimelineRecord {
  return { v: 1, seq, ord, at: seq, by, kind: 'text', producer, n: ord, text: `text ${seq}` }
}

/** Of a room of 41 records, the last 40 of them texts of another, this device holds the newest two. */
const head = {
  room,
  kind: 'group',
  title: 'Plans',
  members: 2,
  rev: 1,
  floor: 1,
  seq: 41,
  ord: 40,
  read: 1,
  unread: 40,
  others: [] as [typeof other, number][],
  records: [text(40, 39), text(41, 40)],
} as const

describe('a room of which the device holds the newest records', () => {
  let state: RoomState
  const view = () => state.toView([], [], [])

  beforeEach(() => {
    state = RoomState.fromHead(me, { ...head, others: [], records: [...head.records] })
  })

  test('U1: a mark set elsewhere leaves the right number unread, whether or not its record is here', () => {
    expect(state.mark(me, 11, 10)).toBe(true)
    expect(view()).toMatchObject({ read: 11, unread: 30 })
    expect(state.mark(me, 40, 39)).toBe(true)
    expect(view()).toMatchObject({ read: 40, unread: 1 })
  })

  test('U1: the server’s word about the same place corrects what could only be guessed here', () => {
    state.mark(me, 11)
    expect(state.mark(me, 11, 10)).toBe(true)
    expect(view()).toMatchObject({ read: 11, unread: 30 })
    expect(state.mark(me, 11, 10)).toBe(false)
  })

  test('U4: a mark does not move back', () => {
    state.mark(me, 41)
    expect(state.mark(me, 11, 10)).toBe(false)
    expect(view()).toMatchObject({ read: 41, unread: 0 })
  })

  test('U3: writing moves the mark of the one who wrote', () => {
    state.applyRecords([text(42, 41, other), text(43, 42, me)])
    expect(view()).toMatchObject({ read: 43, unread: 0, marks: new Map([[other, 42]]) })
  })

  test('U3, M3: inviting, or whatever else is recorded of a person, is no writing; who was let in begins there', () => {
    state.applyRecords([
      { v: 1, seq: 42, ord: 40, at: 42, by: me, kind: 'joined', user: third },
      { v: 1, seq: 43, ord: 40, at: 43, by: other, kind: 'later' },
    ])
    expect(view()).toMatchObject({ read: 1, unread: 40, marks: new Map([[third, 42]]), memberCount: 3, head: 43 })
  })
})

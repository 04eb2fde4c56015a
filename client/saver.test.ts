import { beforeEach, describe, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import { loadPages } from './pages.ts'
import type { Store } from './ports/store.ts'
import { RoomState } from './room-state.ts'
import { keys, saved } from './saved.ts'
import { Saver } from './saver.ts'
import { memoryStore } from './stores/memory-store.ts'

const id = (byte: number) => new Uint8Array(16).fill(byte)
const me = makeId('user', id(1))
const first = makeId('group', id(1))
const second = makeId('group', id(2))

function text(seq: number): TimelineRecord {
  return { v: 1, seq, ord: seq, at: seq, by: me, kind: 'text', producer: makeId('producer', id(1)), n: seq, text: 'x' }
}

function newRoom(room: typeof first, ...records: TimelineRecord[]): RoomState {
  const seq = records.at(-1)?.seq ?? 0
  const counts = { members: 1, rev: 1, floor: 1, seq, ord: seq, read: seq, unread: 0 }
  return RoomState.fromHead(me, { room, kind: 'group', title: 'Plans', ...counts, others: [], records })
}

describe('a saver', () => {
  let store: Store
  let written: string[]
  let failing: ((key: string) => boolean) | undefined
  let failures: unknown[]
  let saver: Saver

  beforeEach(() => {
    const memory = memoryStore()
    written = []
    failing = undefined
    failures = []
    const write = async (key: string, work: () => Promise<void>) => {
      if (failing?.(key)) throw new Error('the device is full')
      await work()
      written.push(key)
    }
    store = {
      ...memory,
      set: (key, value) => write(key, () => memory.set(key, value)),
      remove: (key) => write(key, () => memory.remove(key)),
    }
    saver = new Saver(store, (error) => failures.push(error))
  })

  const rowOf = (room: typeof first) => saved.room.get(store, keys.room(room))
  const pagesOf = async (room: typeof first, last: number) =>
    (await loadPages(store, room, 1, last, 1_000)).map(({ seq }) => seq)

  test('writes records, then the row that promises them, then the cursor', async () => {
    saver.cursor(5)
    saver.room(newRoom(first, text(1)))
    await saver.settled()
    expect(written).toEqual([keys.page(first, 0), keys.room(first), keys.inbox])
  })

  test('a change is written whenever it is reported, also in the moment in which a run ends', async () => {
    for (let steps = 0; steps < 40; steps++) {
      saver.cursor(2 * steps)
      for (let step = 0; step < steps; step++) await undefined
      saver.cursor(2 * steps + 1)
      await saver.settled()
      expect(await saved.inbox.get(store, keys.inbox)).toBe(2 * steps + 1)
    }
  })

  test('I8: what could not be written is written with the next change, before the cursor moves', async () => {
    const state = newRoom(first, text(1))
    failing = (key) => key.startsWith('page/')
    saver.room(state)
    saver.removed(second)
    saver.cursor(5)
    await saver.settled()
    expect(failures).toHaveLength(1)
    expect(written).toEqual([])

    failing = undefined
    state.applyRecords([text(2)])
    saver.room(state)
    await saver.settled()
    expect(written).toEqual([keys.page(first, 0), keys.room(first), keys.room(second), keys.inbox])
    expect(await pagesOf(first, 2)).toEqual([1, 2])
  })

  test('I8: a room that cannot be written keeps the cursor back, but not the other rooms', async () => {
    failing = (key) => key === keys.room(first)
    saver.room(newRoom(first, text(1)))
    saver.room(newRoom(second, text(1)))
    saver.cursor(5)
    await saver.settled()
    saver.cursor(6)
    await saver.settled()
    expect(await rowOf(second)).toMatchObject({ last: 1 })
    expect(await store.get(keys.inbox)).toBeUndefined()
  })

  test('a room that was left and joined again while it could not be written is kept as it is now', async () => {
    failing = (key) => key.startsWith('page/')
    saver.room(newRoom(first, text(1)))
    await undefined
    await undefined
    saver.removed(first)
    saver.room(newRoom(first, text(7)))
    await saver.settled()
    failing = undefined
    saver.cursor(1)
    await saver.settled()
    expect(await rowOf(first)).toMatchObject({ first: 7, last: 7 })
  })

  test('what could not be written is not written for the next account', async () => {
    failing = () => true
    saver.room(newRoom(first, text(1)))
    saver.cursor(5)
    await saver.forget()
    failing = undefined
    saver.room(newRoom(second, text(1)))
    await saver.settled()
    expect(written).toEqual([keys.page(second, 0), keys.room(second)])
  })

  test('a page is read before the first message that goes into it, and not before every one', async () => {
    const older = newRoom(first, text(1))
    saver.room(older)
    await saver.settled()
    const state = RoomState.fromSaved(first, me, older.toSaved(), [text(1)])
    let read = 0
    const get: Store['get'] = (key) => {
      if (key.startsWith('page/')) read += 1
      return store.get(key)
    }
    const another = new Saver({ ...store, get }, (error) => failures.push(error))
    for (const seq of [2, 3, 4]) {
      state.applyRecords([text(seq)])
      another.room(state)
      await another.settled()
    }
    expect(await pagesOf(first, 4)).toEqual([1, 2, 3, 4])
    expect(read).toBe(1)
  })

  test.each(['the room is left', 'the account is logged out'])(
    'what stood in a page is known no more when %s',
    async (what) => {
      const before = newRoom(first, text(1))
      saver.room(before)
      await saver.settled()
      if (what === 'the room is left') saver.removed(first)
      else {
        await saver.forget()
        await store.remove(keys.page(first, 0))
      }
      await saver.settled()
      saver.room(newRoom(first, text(7)))
      await saver.settled()
      expect(await saved.page.get(store, keys.page(first, 0))).toEqual([text(7)])
    },
  )
})

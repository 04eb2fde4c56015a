import { beforeEach, describe, expect, test } from 'vitest'
import { memoryStore, type Outgoing, type RoomView, type Store } from '#client/index.ts'
import { makeId, type ProducerId, type UserId } from '#protocol/ids.ts'
import type { TextRecord } from '#protocol/record.ts'
import { Tabs } from '#tests/support/tabs.ts'
import type { Preferences } from '../preferences.ts'
import { DraftsStore } from './drafts-store.ts'
import { SendingSlips } from './sending-slips.ts'

const ROOM = makeId('group', new Uint8Array(16))
const ME = makeId('user', new Uint8Array(16))
const PRODUCER = 'p_tab' as ProducerId

function roomView(parts: Partial<RoomView> = {}): RoomView {
  const counts = { memberCount: 2, floor: 1, head: 7, read: 7, unread: 0, received: 0, typing: [] }
  return {
    id: ROOM,
    kind: 'group',
    ...counts,
    marks: new Map(),
    records: [],
    complete: true,
    outgoing: [],
    uploads: [],
    ...parts,
  }
}

function waiting(n: number, text: string): Outgoing {
  return { room: ROOM, producer: PRODUCER, n, text, composedAt: 0 }
}

function record(seq: number, text: string, by = ME): TextRecord {
  return { v: 1, seq, ord: seq, at: 0, by, kind: 'text', producer: PRODUCER, n: seq, text }
}

describe('drafts', () => {
  let store: Store
  let kept: Map<string, string>
  let preferences: Preferences

  beforeEach(() => {
    store = memoryStore()
    kept = new Map()
    preferences = { read: (key) => kept.get(key), write: (key, value) => void kept.set(key, value) }
  })

  /** The drafts of a page that is opened on what the one before has left. */
  async function nextPage(): Promise<DraftsStore> {
    const drafts = new DraftsStore(store, new SendingSlips(preferences))
    await drafts.enter(ME)
    return drafts
  }

  test('the field is empty at once, the stored draft goes only when the text is safe elsewhere', async () => {
    const drafts = await nextPage()
    await drafts.set(ROOM, 'Hello')
    const safe = Promise.withResolvers<void>()
    const handing = drafts.handOver(roomView(), 'Hello', () => safe.promise)
    expect(drafts.of(ROOM)).toBe('')
    expect(await store.get(`${ME}/${ROOM}`)).toBe('Hello')
    safe.resolve()
    await handing
    await drafts.set(ROOM, '')
    expect(await store.get(`${ME}/${ROOM}`)).toBeUndefined()
    expect((await nextPage()).of(ROOM)).toBe('')
  })

  test('what could not be kept is in the field again, in front of what was typed since', async () => {
    const drafts = await nextPage()
    const safe = Promise.withResolvers<void>()
    const handing = drafts.handOver(roomView(), 'Hello', () => safe.promise)
    await drafts.set(ROOM, 'and more')
    safe.reject(new Error('full'))
    await expect(handing).rejects.toThrow('full')
    expect(drafts.of(ROOM)).toBe('Hello\nand more')
  })

  test('what could not be kept is not in the field of whoever has come since', async () => {
    const drafts = await nextPage()
    const safe = Promise.withResolvers<void>()
    const handing = drafts.handOver(roomView(), 'Hello', () => safe.promise)
    await drafts.forgetAll()
    await drafts.enter(makeId('user', new Uint8Array(16).fill(1)))
    safe.reject(new Error('not logged in'))
    await expect(handing).rejects.toThrow('not logged in')
    expect(drafts.of(ROOM)).toBe('')
    expect([await store.keys(''), kept.get('sending')]).toEqual([[], ''])
  })

  test('a draft that could not be stored says so, until it is', async () => {
    const { set } = store
    store = { ...store, set: () => Promise.reject(new Error('full')) }
    const full = store
    const drafts = await nextPage()
    await drafts.set(ROOM, 'Hello')
    expect(drafts.of(ROOM)).toBe('Hello')
    expect(drafts.isKept(ROOM)).toBe(false)
    full.set = set
    await drafts.set(ROOM, 'Hello there')
    expect(drafts.isKept(ROOM)).toBe(true)
    expect((await nextPage()).of(ROOM)).toBe('Hello there')
  })

  test('a page that is cut off before anything was written leaves the text for the next one', async () => {
    const drafts = await nextPage()
    void drafts.handOver(roomView(), 'Hello', () => new Promise(() => {}))
    const next = await nextPage()
    await next.recover([roomView()])
    expect(next.of(ROOM)).toBe('Hello')
    expect((await nextPage()).of(ROOM)).toBe('Hello')
  })

  test('a page that is cut off after the outbox had it leaves no draft, also where its end was not stored', async () => {
    const drafts = await nextPage()
    await drafts.set(ROOM, 'Hel')
    void drafts.handOver(roomView({ outgoing: [waiting(1, 'Hello')] }), 'Hello', () => new Promise(() => {}))
    const next = await nextPage()
    expect(next.of(ROOM)).toBe('Hel')
    await next.recover([roomView({ outgoing: [waiting(1, 'Hello'), waiting(2, 'Hello')] })])
    expect(next.of(ROOM)).toBe('')
    expect((await nextPage()).of(ROOM)).toBe('')
  })

  test('a page that is cut off when the server had it and this device has no record yet leaves no draft', async () => {
    const drafts = await nextPage()
    await drafts.set(ROOM, 'Hello')
    store = { ...store, remove: () => new Promise(() => {}) }
    const cutOff = new DraftsStore(store, new SendingSlips(preferences))
    await cutOff.enter(ME)
    await cutOff.handOver(roomView(), 'Hello', () => Promise.resolve())
    const next = await nextPage()
    expect(next.of(ROOM)).toBe('Hello')
    void next.recover([roomView()])
    await expect.poll(() => next.of(ROOM)).toBe('')
  })

  test('the same words from earlier, or from somebody else, are not what was being sent', async () => {
    const before = { outgoing: [waiting(1, 'ok')], records: [record(7, 'ok')] }
    const drafts = await nextPage()
    void drafts.handOver(roomView(before), 'ok', () => new Promise(() => {}))
    const next = await nextPage()
    const others = [...before.records, record(8, 'ok', 'u_other' as UserId)]
    await next.recover([roomView({ ...before, head: 8, records: others })])
    expect(next.of(ROOM)).toBe('ok')
  })

  test('what stands in the timeline already is no draft', async () => {
    const drafts = await nextPage()
    void drafts.handOver(roomView(), 'Hello', () => new Promise(() => {}))
    const next = await nextPage()
    await next.recover([roomView({ head: 8, records: [record(8, 'Hello')] })])
    expect(next.of(ROOM)).toBe('')
  })

  test('who logs out leaves neither drafts nor what was being sent', async () => {
    const drafts = await nextPage()
    void drafts.handOver(roomView(), 'Hello', () => new Promise(() => {}))
    await drafts.forgetAll()
    const next = await nextPage()
    await next.recover([roomView()])
    expect(next.of(ROOM)).toBe('')
  })

  test('what is typed in one tab stands in the others, until it is sent', async () => {
    const tabs = new Tabs()
    const [one, other] = [1, 2].map(() => new DraftsStore(store, new SendingSlips(preferences), tabs.open()))
    if (!one || !other) throw new Error('there are two')
    await Promise.all([one.enter(ME), other.enter(ME)])
    await one.set(ROOM, 'Hel')
    await expect.poll(() => other.of(ROOM)).toBe('Hel')
    await other.set(ROOM, 'Hello')
    await expect.poll(() => one.of(ROOM)).toBe('Hello')
    await one.handOver(roomView(), 'Hello', () => Promise.resolve())
    await expect.poll(() => other.of(ROOM)).toBe('')
  })

  test('two accounts on one device find their own drafts, and what one forgets stays with the other', async () => {
    const [mine, theirs] = [new DraftsStore(store, new SendingSlips(preferences)), await nextPage()]
    await mine.enter('u_other' as UserId)
    await mine.set(ROOM, 'Mine')
    await theirs.set(ROOM, 'Theirs')
    expect((await nextPage()).of(ROOM)).toBe('Theirs')
    await theirs.forgetAll()
    expect((await nextPage()).of(ROOM)).toBe('')
    const again = new DraftsStore(store, new SendingSlips(preferences))
    await again.enter('u_other' as UserId)
    expect(again.of(ROOM)).toBe('Mine')
  })
})

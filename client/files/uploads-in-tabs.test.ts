import { beforeEach, describe, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { SeededRandom } from '#tests/simulation/seeded-random.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import { SmallRoom } from '#tests/support/small-room.ts'
import { Tabs } from '#tests/support/tabs.ts'
import { Neighbourhood, type Word } from '../neighbourhood.ts'
import { Outbox } from '../outbox.ts'
import type { Neighbours } from '../ports/neighbours.ts'
import type { Store } from '../ports/store.ts'
import { RefusedError } from '../refused-error.ts'
import type { Asking } from '../requests.ts'
import type { SavedUpload } from '../saved.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory-store.ts'
import { Uploads } from './uploads.ts'

const room = makeId('group', new Uint8Array(16))
const me = makeId('user', new Uint8Array(16))

type Tab = { readonly tab: Neighbours; readonly outbox: Outbox; readonly uploads: Uploads }
type Put = { readonly by: Neighbours; readonly arrive: () => void; isCancelled: boolean }

/** The bytes of a file are on their way until the test lets them arrive. */
describe('uploads in two tabs on one store', () => {
  const random = new SeededRandom(1)
  let clock: VirtualClock
  let store: Store
  let there: SmallRoom
  let tabs: Tabs
  let puts: Put[]
  let departures: number
  /** What the server says at the end of a file waits for it. */
  let finishing: Promise<void>

  beforeEach(() => {
    departures = 0
    finishing = Promise.resolve()
    clock = new VirtualClock()
    store = memoryStore()
    there = new SmallRoom()
    tabs = new Tabs()
    puts = []
  })

  async function openTab(): Promise<Tab> {
    const tab = tabs.open()
    const neighbours = new Neighbourhood(tab, () => me)
    const ports = { store, clock, random: (length: number) => random.bytes(length), neighbours }
    const outbox: Outbox = new Outbox(ports, { send: (event) => there.answer(event, outbox), changed: () => {} })
    const fail = (error: unknown) => expect.unreachable(String(error))
    const uploads = new Uploads(
      {
        ...ports,
        session: { ask: ask as Session['ask'] },
        transfer: { put: () => put(tab) },
        departures: () => departures,
      },
      {
        changed: () => {},
        compose: (to, text, files, upload) => outbox.composeFrom(upload, to, text, files),
        storeFailed: fail,
      },
    )
    const heard = async (word: Word) => void (await Promise.all([outbox.heard(word), uploads.heard(word)]))
    neighbours.listen(heard, fail)
    await outbox.load()
    await uploads.load(outbox.uploads)
    outbox.connected()
    uploads.connected()
    return { tab, outbox, uploads }
  }

  async function ask({ type }: Asking): Promise<unknown> {
    if (type === 'finish-upload') await finishing
    return type === 'sign-upload' ? { puts: [{ url: '', headers: {} }] } : { state: 'declared' }
  }

  function put(by: Neighbours) {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const sending: Put = { by, arrive: () => resolve(200), isCancelled: false }
    puts.push(sending)
    const cancel = () => {
      sending.isCancelled = true
      reject(new Error('cancelled'))
    }
    return { done: promise, cancel }
  }

  async function add({ uploads }: Tab): Promise<void> {
    await uploads.add(room, 'a file', [{ name: 'a.txt', type: 'text/plain', bytes: new Blob(['text']) }])
    await clock.advance(0)
  }

  /** As a browser does that runs out of memory. */
  function kill({ tab, outbox, uploads }: Tab): void {
    tabs.close(tab)
    outbox.disconnected()
    uploads.disconnected()
  }

  async function arriveAll(): Promise<void> {
    for (const { arrive } of puts) arrive()
    await clock.advance(0)
  }

  const sentBy = ({ tab }: Tab) => puts.filter(({ by }) => by === tab).length
  const shownIn = ({ uploads, outbox }: Tab) => [...uploads.of(room), ...outbox.of(room)].length

  test('what one sends the other shows as waiting, and does not send', async () => {
    const first = await openTab()
    await add(first)
    const second = await openTab()
    await clock.advance(30_000)
    expect([sentBy(first), sentBy(second)]).toEqual([1, 0])
    expect(second.uploads.of(room)).toMatchObject([{ text: 'a file', isWaiting: true }])
    await arriveAll()
    await clock.advance(30_000)
    expect([there.texts, there.repeats, puts.length]).toEqual([['a file'], 0, 1])
    expect([shownIn(first), shownIn(second), await store.keys('')]).toEqual([0, 0, []])
  })

  test.each(['before', 'after'])('one that was opened %s it began goes on when the first is gone', async (when) => {
    const early = when === 'before' ? await openTab() : undefined
    const first = await openTab()
    await add(first)
    const second = early ?? (await openTab())
    kill(first)
    await clock.advance(10_000)
    expect(sentBy(second)).toBe(1)
    await arriveAll()
    expect([there.texts, shownIn(second), await store.keys('')]).toEqual([['a file'], 0, []])
  })

  test('one that goes on shows what the first has got there, not only what was there when it was opened', async () => {
    const first = await openTab()
    await add(first)
    const second = await openTab()
    expect(second.uploads.of(room)).toMatchObject([{ sent: 0, total: 4 }])
    const [key = ''] = await store.keys('upload/')
    const row = (await store.get(key)) as SavedUpload
    await store.set(key, { ...row, files: row.files.map((file) => ({ ...file, reached: 1 })) })
    kill(first)
    await clock.advance(10_000)
    expect(second.uploads.of(room)).toMatchObject([{ sent: 4, total: 4 }])
  })

  test('P2: a tab that only slept, and two that go on meanwhile, make one message', async () => {
    const first = await openTab()
    await add(first)
    const others = [await openTab(), await openTab()]
    tabs.close(first.tab)
    await clock.advance(10_000)
    expect(puts).toHaveLength(3)
    await arriveAll()
    await clock.advance(10_000)
    expect([there.texts, there.producers.size]).toEqual([['a file'], 1])
    expect([first, ...others].map(shownIn)).toEqual([0, 0, 0])
    expect(await store.keys('')).toEqual([])
  })

  test('P2: a crash between the message and the end of its upload makes no second message', async () => {
    const first = await openTab()
    await add(first)
    const [key = ''] = await store.keys('upload/')
    const row = await store.get(key)
    await arriveAll()
    kill(first)
    await store.set(key, row)
    const second = await openTab()
    await clock.advance(10_000)
    await arriveAll()
    expect([there.texts, there.repeats]).toEqual([['a file'], 1])
    expect([shownIn(second), await store.keys('')]).toEqual([0, []])
  })

  test.each([
    ['in the tab that sends it', 0],
    ['in the other', 1],
  ])('what is given up %s stops, and is gone in both', async (_where, i) => {
    const first = await openTab()
    const both = [first, await openTab()]
    await add(first)
    const { uploads } = both[i] ?? first
    await uploads.cancel(uploads.of(room)[0]?.id ?? '')
    await clock.advance(0)
    expect(puts).toMatchObject([{ isCancelled: true }])
    kill(first)
    await clock.advance(30_000)
    expect([both.map(shownIn), there.texts, puts.length]).toEqual([[0, 0], [], 1])
    expect(await store.keys('')).toEqual([])
  })

  test('what was given up stays so when the server says afterwards that the bytes are not there', async () => {
    const { promise, reject } = Promise.withResolvers<void>()
    finishing = promise
    const first = await openTab()
    await add(first)
    await arriveAll()
    await first.uploads.cancel(first.uploads.of(room)[0]?.id ?? '')
    reject(new RefusedError({ kind: 'not-uploaded', reason: '' }))
    await clock.advance(0)
    expect(await store.keys('')).toEqual([])
    kill(first)
    const second = await openTab()
    await clock.advance(10_000)
    expect([sentBy(second), shownIn(second)]).toEqual([0, 0])
  })

  test.each<[string, (uploads: Uploads, id: string) => Promise<void>]>([
    ['found on the device', (uploads) => uploads.load(new Set())],
    ['told of by another tab', (uploads, upload) => uploads.heard({ word: 'upload', upload })],
  ])('what is %s while somebody leaves is not sent by whoever comes next', async (_how, read) => {
    const second = await openTab()
    tabs.close(second.tab)
    const first = await openTab()
    await add(first)
    const { get } = store
    const row = Promise.withResolvers<void>()
    store.get = (key) => row.promise.then(() => get(key))
    const reading = read(second.uploads, first.uploads.of(room)[0]?.id ?? '')
    await clock.advance(0)
    kill(first)
    departures++
    second.uploads.forget()
    second.uploads.connected()
    row.resolve()
    await reading
    await clock.advance(10_000)
    expect([sentBy(second), second.uploads.of(room)]).toEqual([0, []])
  })

  test('a device that could not keep the message keeps its number for the next attempt', async () => {
    const { outbox } = await openTab()
    const { set } = store
    store.set = () => Promise.reject(new Error('full'))
    const upload = 'u'.repeat(22)
    await expect(outbox.composeFrom(upload, room, 'a file', [])).rejects.toThrow('full')
    store.set = set
    await outbox.composeFrom(upload, room, 'a file', [])
    await clock.advance(0)
    expect(there.texts).toEqual(['a file'])
  })
})

import { makeAutoObservable, observableRef, runInAction } from 'mobx'
import { beforeEach, expect, test } from 'vitest'
import { type Connection, RefusedError, type RoomView } from '#client/index.ts'
import { refuse } from '#protocol/errors.ts'
import type { Attachment } from '#protocol/file.ts'
import type { FileId, ProducerId, RoomId, UserId } from '#protocol/ids.ts'
import type { TextRecord } from '#protocol/record.ts'
import { SharedFilesStore } from './shared-files-store.ts'

const ROOM = 'g_room' as RoomId
const ALICE = 'u_alice' as UserId

function message(seq: number, ...types: string[]): TextRecord {
  const files = types.map((type, i): Attachment => {
    const size = type.startsWith('image/') ? { size: { width: 4, height: 3 } } : {}
    return { file: `f_${seq}_${i}` as FileId, name: `${seq}`, type, bytes: 1, ...size }
  })
  const place = { v: 1, seq, ord: seq, at: seq, by: ALICE, producer: 'p_1' as ProducerId, n: seq }
  return { ...place, kind: 'text', text: '', ...(files.length > 0 && { files }) }
}

class Surroundings {
  records: TextRecord[] = [message(90), message(91, 'text/plain')]
  held = { records: [message(91, 'text/plain'), message(80, 'image/png')], from: 60 }
  connection: Connection = { status: 'live' }
  refusal: RefusedError | undefined = undefined
  pages: { records: TextRecord[]; more: boolean }[] = []
  readonly asked: number[] = []

  constructor() {
    makeAutoObservable(this, { records: observableRef, connection: observableRef, held: false, asked: false })
  }

  store(): SharedFilesStore {
    return new SharedFilesStore(ROOM, {
      client: {
        filesHeld: async () => this.held,
        filesBefore: async (_, before) => {
          if (this.refusal) throw this.refusal
          this.asked.push(before)
          return this.pages.shift() ?? { records: [], more: false }
        },
      },
      rooms: { get: () => ({ records: this.records, floor: 3 }) as unknown as RoomView },
      session: this,
    })
  }
}

let around: Surroundings
let store: SharedFilesStore
const seqs = () => [store.pictures.map(({ seq }) => seq), store.others.map(({ seq }) => seq)]

beforeEach(() => {
  around = new Surroundings()
  store = around.store()
})

/** What was asked for has come. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('what is loaded is there at once, then what the device holds, then what the server has, from there on', async () => {
  const stop = store.watch()
  expect([seqs(), store.isOpen]).toEqual([[[], [91]], false])
  await settled()
  expect([seqs(), store.isOpen, store.isComplete]).toEqual([[[80], [91]], true, false])
  around.pages = [
    { records: [message(40, 'image/png', 'text/plain')], more: true },
    { records: [message(5, 'image/svg+xml')], more: false },
  ]
  await store.loadMore()
  await store.loadMore()
  expect([seqs(), store.isComplete]).toEqual([
    [
      [80, 40, 5],
      [91, 40],
    ],
    true,
  ])
  await store.loadMore()
  expect(around.asked).toEqual([60, 40])
  stop()
})

test('what comes is there, before all others', async () => {
  const stop = store.watch()
  await settled()
  runInAction(() => (around.records = [...around.records, message(92, 'text/plain')]))
  expect(seqs()).toEqual([[80], [92, 91]])
  stop()
})

test('a failure is over with the connection, and nothing is asked anew that was found', async () => {
  const stop = store.watch()
  await settled()
  around.pages = [{ records: [message(40, 'image/png')], more: true }]
  await store.loadMore()
  around.refusal = new RefusedError(refuse('retry', 'no connection').refused)
  await store.loadMore()
  expect(store.loading.hasFailed).toBe(true)
  runInAction(() => (around.connection = { status: 'waiting' }))
  around.refusal = undefined
  runInAction(() => (around.connection = { status: 'live' }))
  await settled()
  expect(store.loading.hasFailed).toBe(false)
  await store.loadMore()
  expect(around.asked).toEqual([60, 40])
  stop()
})

test('where the device has not got all that came in between, it begins anew from what it has', async () => {
  const stop = store.watch()
  await settled()
  runInAction(() => (around.connection = { status: 'waiting' }))
  runInAction(() => (around.records = [message(200), message(201, 'text/plain')]))
  around.held = { records: [message(201, 'text/plain')], from: 200 }
  runInAction(() => (around.connection = { status: 'live' }))
  await settled()
  expect(seqs()).toEqual([[], [201]])
  around.pages = [{ records: [message(150, 'image/png'), message(91, 'text/plain')], more: true }]
  await store.loadMore()
  expect([seqs(), around.asked]).toEqual([[[150], [201, 91]], [200]])
  stop()
})

import { beforeEach, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import type { Sending } from '../ports/transfer.ts'
import type { Asking } from '../requests.ts'
import type { Session } from '../session.ts'
import { FileSending } from './sending.ts'

const MIB = 1024 * 1024
const SILENCE_MS = 30_000

type Put = { progress(sent: number): void; answer(status: number): void; isCancelled: boolean }

/** One file on its way to a store that does what the test says. */
let clock: VirtualClock
let puts: Put[]
let waits: boolean[]
let isDone: boolean

beforeEach(() => {
  clock = new VirtualClock()
  puts = []
  waits = []
  isDone = false
})

function put(onProgress: (sent: number) => void): Sending {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const put: Put = { progress: onProgress, answer: resolve, isCancelled: false }
  puts.push(put)
  const cancel = () => {
    put.isCancelled = true
    reject(new Error('cancelled'))
  }
  return { done: promise, cancel }
}

const ask = async ({ type }: Asking): Promise<unknown> =>
  type === 'sign-upload' ? { puts: [{ url: '', headers: {} }] } : { state: 'declared' }

async function begin(size: number): Promise<Put> {
  const parts = {
    clock,
    session: { ask: ask as Session['ask'] },
    transfer: { put: (_url: string, _headers: object, _bytes: object, heard: (sent: number) => void) => put(heard) },
  }
  const file = makeId('file', new Uint8Array(16))
  const declaration = { file, name: 'a.bin', type: 'a/b', bytes: size, sha256: 's'.repeat(43) }
  const listeners = {
    sent: () => {},
    reached: async () => {},
    waits: (isWaiting: boolean) => void waits.push(isWaiting),
  }
  const sending = new FileSending(parts, listeners)
  void sending.run({ declaration, bytes: new Blob([new Uint8Array(size)]), reached: 0 }).then(() => {
    isDone = true
  })
  return nextPut()
}

async function nextPut(): Promise<Put> {
  const before = puts.length
  await clock.advance(1_000)
  expect(puts).toHaveLength(before + 1)
  return puts.at(-1) as Put
}

test('a store that is silent is given up, and asked again; until it gets on the file waits', async () => {
  const first = await begin(MIB)
  first.progress(0)
  first.progress(MIB / 2)
  await clock.advance(SILENCE_MS - 1)
  expect([first.isCancelled, waits.at(-1)]).toEqual([false, false])
  await clock.advance(1)
  expect([first.isCancelled, waits.at(-1)]).toEqual([true, true])
  const second = await nextPut()
  // A machine takes so much for a program that has stopped.
  second.progress(MIB / 2)
  await clock.advance(SILENCE_MS)
  expect([second.isCancelled, waits.at(-1)]).toEqual([true, true])
  await clock.advance(1_000)
  const third = await nextPut()
  third.progress(MIB)
  expect(waits.at(-1)).toBe(false)
  third.answer(200)
  await clock.advance(0)
  expect(isDone).toBe(true)
})

test('one that gets on slowly is waited for', async () => {
  const only = await begin(MIB)
  for (let sent = 0; sent < 100; sent++) {
    only.progress(sent)
    await clock.advance(SILENCE_MS - 1)
  }
  expect([only.isCancelled, puts.length]).toEqual([false, 1])
})

test('after the last byte it has the time in which a slow store takes all of them in, and no more', async () => {
  const only = await begin(64 * MIB)
  only.progress(64 * MIB)
  await clock.advance(4 * 60_000)
  expect(only.isCancelled).toBe(false)
  await clock.advance(2 * 60_000)
  expect(only.isCancelled).toBe(true)
})

test('who cannot tell how much has gone is waited for', async () => {
  const only = await begin(MIB)
  await clock.advance(3_600_000)
  expect([only.isCancelled, puts.length]).toEqual([false, 1])
})

import { beforeEach, expect, test } from 'vitest'
import { Pause, type PauseOptions } from './pause.ts'

const MINUTE_MS = 60_000

let now: number
let rows: Map<string, unknown>
let isHalfRestored: boolean
let pause: Pause

beforeEach(() => {
  now = 1_000
  rows = new Map()
  isHalfRestored = false
  const storage = {
    get: async (key: string) => rows.get(key),
    put: async (key: string, value: unknown) => void rows.set(key, value),
    delete: async (key: string) => rows.delete(key),
  }
  pause = new Pause({
    storage: storage as PauseOptions['storage'],
    clock: { now: () => now },
    isHalfRestored: async () => isHalfRestored,
  })
})

test('it ends by itself, and that is told once', async () => {
  expect(await pause.look()).toBe('open')
  expect(await pause.last(5 * MINUTE_MS)).toBe(false)
  now += 5 * MINUTE_MS - 1
  expect(await pause.look()).toBe('paused')
  now += 1
  expect(await Promise.all([pause.look(), pause.look()])).toEqual(expect.arrayContaining(['just over']))
  expect(await pause.look()).toBe('open')
  expect(rows.size).toBe(0)
})

test('it goes on where it is asked for in time, and whoever asks too late is told', async () => {
  await pause.last(5 * MINUTE_MS)
  for (let minute = 0; minute < 20; minute++) {
    now += MINUTE_MS
    expect(await pause.last(5 * MINUTE_MS)).toBe(true)
  }
  now += 5 * MINUTE_MS
  expect(await pause.last(5 * MINUTE_MS)).toBe(false)
})

test('it is ended at once, and ending it begins none', async () => {
  expect(await pause.last(0)).toBe(false)
  expect(await pause.look()).toBe('open')
  await pause.last(5 * MINUTE_MS)
  expect(await pause.last(0)).toBe(true)
  expect(await pause.look()).toBe('just over')
})

test('where a restore was left half done nobody comes in, whenever they come', async () => {
  isHalfRestored = true
  await pause.last(5 * MINUTE_MS)
  await pause.last(0)
  now += 60 * MINUTE_MS
  expect(await pause.look()).toBe('paused')
  isHalfRestored = false
  expect(await pause.look()).toBe('just over')
})

test('one of before pauses had an end is over', async () => {
  rows.set('paused', true)
  expect(await pause.look()).toBe('just over')
})

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { growthPercent, letHeapGrow, roomBytes } from './growth.ts'

const MIB = 1024 * 1024

test.each([
  ['of which nothing survives: by as much as of the next', 0, 400],
  ['of which little survives', 32, 400],
  ['of which more survives', 64, 200],
  ['of which almost as much survives', 120, 107],
])('a heap %s may grow by 128 MiB or to five times that', (_, mib, percent) => {
  expect(growthPercent(mib * MIB, 128 * MIB)).toBe(percent)
})

test('a large heap grows as V8 decides', () => {
  expect(growthPercent(128 * MIB, 128 * MIB)).toBe(0)
})

test.each([
  ['512 MiB', 512, 64],
  ['1 GiB', 1024, 128],
  ['64 GiB', 64 * 1024, 128],
])('of %s of memory the room is an eighth, and 128 MiB at most', (_, memory, room) => {
  expect(roomBytes(memory * MIB)).toBe(room * MIB)
})

test('it may grow by less as soon as a collection has left more behind', async () => {
  const held: unknown[] = []
  const said: number[] = []
  const less = Promise.withResolvers<void>()
  const end = letHeapGrow(1, (percent) => {
    said.push(percent)
    if (percent < 400) less.resolve()
  })
  expect(said).toEqual([400])
  while (held.length < 1_000_000) held.push({ held: [held.length] })
  collectGarbage()
  await less.promise
  end()
  expect(held).toHaveLength(1_000_000)
})

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const gc: () => void = runInNewContext('gc')
  gc()
}

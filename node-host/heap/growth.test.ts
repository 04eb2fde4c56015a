import { expect, test } from 'vitest'
import { growthPercent, roomBytes } from './growth.ts'

const MIB = 1024 * 1024

test.each([
  ['of which little survives', 16, 800],
  ['of which more survives', 64, 200],
  ['of which next to nothing survives: as if it were 16 MiB', 1, 800],
])('a heap %s may grow by 128 MiB', (_, mib, percent) => {
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

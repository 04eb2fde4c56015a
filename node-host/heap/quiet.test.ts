import { expect, test } from 'vitest'
import { quietWatch } from './quiet.ts'

const MIB = 1024 * 1024

function watch(looks: readonly { readonly mib: number; readonly worked: number }[]): boolean[] {
  let worked = 0
  const isQuiet = quietWatch(() => worked)
  return looks.map((look) => {
    worked = look.worked
    return isQuiet({ used_heap_size: look.mib * MIB })
  })
}

test('a host is quiet when little was made and little was done since the last look', () => {
  const looks = [
    { mib: 20, worked: 0.02 },
    { mib: 20.5, worked: 0.02 },
  ]
  expect(watch(looks)).toEqual([false, true])
})

test('one whose heap went up and down to the same place has worked: it is busy', () => {
  const looks = [
    { mib: 20, worked: 0.5 },
    { mib: 20, worked: 0.5 },
  ]
  expect(watch(looks)).toEqual([false, false])
})

test.each([
  ['grows', 30],
  ['has just been collected', 10],
])('one whose heap %s is not quiet yet', (_, mib) => {
  const looks = [
    { mib: 20, worked: 0.02 },
    { mib, worked: 0.02 },
    { mib, worked: 0.02 },
  ]
  expect(watch(looks)).toEqual([false, false, true])
})

import { expect, test } from 'vitest'
import { Portions } from './portions.ts'

test('C4: however much waits, each turn begins a portion of it, in the order it came, and what is not wanted any more takes no place', async () => {
  const turns: (() => void)[] = []
  const portions = new Portions((callback) => turns.push(callback))
  const begun: number[] = []
  for (let i = 0; i < 20; i++) void portions.next(() => i !== 3).then(() => begun.push(i))
  const counts: number[] = []
  for (let turn = turns.shift(); turn; turn = turns.shift()) {
    turn()
    await Promise.resolve()
    counts.push(begun.length)
  }
  expect(counts).toEqual([9, 17, 20])
  expect(begun).toEqual(begun.toSorted((a, b) => a - b))
  void portions.next(() => true)
  expect(turns).toHaveLength(1)
})

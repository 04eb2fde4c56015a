import { expect, test } from 'vitest'
import type { Connection } from './connection.ts'
import { Portions } from './portions.ts'

/** As much of a connection as matters here. */
const client = (isHere = true): Connection => ({ isAt: () => isHere }) as unknown as Connection

test('C4: each calm turn begins one portion, in the order clients came; who has moved on takes no turn', async () => {
  const turns: (() => void)[] = []
  const portions = new Portions((callback) => turns.push(callback))
  const begun: [number, boolean][] = []
  for (let i = 0; i < 6; i++) void portions.next(client(i !== 2 && i !== 5), 1).then((is) => begun.push([i, is]))
  const counts: number[] = []
  for (let turn = turns.shift(); turn; turn = turns.shift()) {
    turn()
    await Promise.resolve()
    counts.push(begun.length)
  }
  expect(counts).toEqual([1, 2, 4, 5, 6])
  expect(begun).toEqual([0, 1, 2, 3, 4, 5].map((i) => [i, i !== 2 && i !== 5]))
  void portions.next(client(), 1)
  expect(turns).toHaveLength(1)
})

import { beforeEach, describe, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import { Marks } from './marks.ts'

describe('marks', () => {
  const room = makeId('group', new Uint8Array(16))
  let clock: VirtualClock
  let sent: number[]
  let marks: Marks

  beforeEach(() => {
    clock = new VirtualClock()
    sent = []
    marks = new Marks(clock, (_, seq) => sent.push(seq))
  })

  test('go out at once, then at most one a second, the newest', async () => {
    for (const seq of [1, 2, 3]) marks.mark(room, seq)
    expect(sent).toEqual([1])
    marks.confirmed(room, 1)
    await clock.advance(1_000)
    expect(sent).toEqual([1, 3])
  })

  test('go out again with growing pauses until the server confirms them', async () => {
    marks.mark(room, 7)
    await clock.advance(8_000)
    expect(sent).toEqual([7, 7, 7, 7])
    marks.confirmed(room, 6)
    marks.confirmed(room, 7)
    await clock.advance(120_000)
    expect(sent).toHaveLength(4)
  })

  test('wait where they are to, for what may make them needless', async () => {
    const waiting = new Marks(clock, (_, seq) => sent.push(seq), 1_000)
    waiting.mark(room, 1)
    waiting.mark(room, 2)
    await clock.advance(999)
    expect(sent).toEqual([])
    await clock.advance(1)
    expect(sent).toEqual([2])
    waiting.confirmed(room, 2)
    waiting.mark(room, 3)
    waiting.confirmed(room, 3)
    await clock.advance(60_000)
    expect(sent).toEqual([2])
  })

  test('end with the room', async () => {
    marks.mark(room, 7)
    marks.drop(room)
    await clock.advance(60_000)
    expect(sent).toEqual([7])
  })
})

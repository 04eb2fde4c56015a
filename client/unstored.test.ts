import { beforeEach, describe, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import type { TextRecord } from '#protocol/record.ts'
import type { Up } from '#protocol/up.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import { Unstored } from './unstored.ts'

const bytes = new Uint8Array(16)
const [room, producer, by] = [makeId('group', bytes), makeId('producer', bytes), makeId('user', bytes)]
const send: Up = { type: 'send', room, producer, n: 1, text: 'hello' }
const record: TextRecord = { v: 1, seq: 1, ord: 1, at: 0, by, kind: 'text', producer, n: 1, text: 'hello' }

describe('what the server has not said to be stored', () => {
  let clock: VirtualClock
  let unstored: Unstored
  let told: string[]
  beforeEach(() => {
    clock = new VirtualClock()
    told = []
    unstored = new Unstored(clock, {
      ask: () => told.push('asks'),
      stalls: (isStalled) => told.push(isStalled ? 'stalled' : 'stored again'),
    })
  })

  const aWhile = async () => {
    await clock.advance(5_000)
    unstored.heard({ type: 'pong' })
  }

  test('is told after a while, when the server is there', async () => {
    unstored.said(send)
    await aWhile()
    expect(told).toEqual(['asks', 'stalled'])
  })

  test('is stored when its record comes, whatever became of the answer', async () => {
    unstored.said(send)
    unstored.heard({ type: 'refused', room, producer, n: 1, refusal: { kind: 'retry', reason: 'nobody knows' } })
    unstored.seen(room, [record])
    await aWhile()
    expect(told).toEqual([])
    unstored.said(send)
    await aWhile()
    unstored.seen(room, [record])
    expect(told).toEqual(['asks', 'stalled', 'stored again'])
  })

  test('waits once, however often it is sent', async () => {
    unstored.said(send)
    unstored.said(send)
    unstored.heard({ type: 'stored', room, producer, n: 1, seq: 1 })
    await aWhile()
    expect(told).toEqual([])
  })

  test('is forgotten where all begins anew, since it is sent again then', async () => {
    unstored.said(send)
    unstored.said({ type: 'sync', id: 1, rooms: [] })
    await aWhile()
    expect(told).toEqual([])
  })
})

import { beforeEach, describe, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { type Entry, Lane } from './lane.ts'

const room = makeId('group', new Uint8Array(16))
const producer = makeId('producer', new Uint8Array(16))
const about = { room, producer }

describe('a lane of the outbox', () => {
  let said: string[]
  let waits: number[]
  let lane: Lane

  beforeEach(() => {
    said = []
    waits = []
    lane = new Lane(
      ({ saved: { n, refusal } }) => said.push(`${refusal ? 'skip' : 'send'} ${n}`),
      (ms) => waits.push(ms),
    )
  })

  function add(...ns: number[]): void {
    for (const n of ns) lane.add({ saved: { ...about, n, text: `text ${n}`, composedAt: n }, state: 'waiting' })
  }

  const stored = (n: number, seq?: number) => lane.stored({ ...about, n, seq })
  const refused = (n: number, kind: 'busy' | 'forbidden' | 'out-of-order', retryAfterMs?: number) =>
    lane.refused({ type: 'refused', ...about, n, refusal: { kind, reason: '', retryAfterMs } })

  /** With the reason safe on the device. */
  function refuseForGood(n: number): void {
    const entry = refused(n, 'forbidden')
    if (entry) lane.secured(entry)
  }

  test('sends nothing until it runs, and then in order, a few at once', () => {
    add(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    lane.pump()
    expect(said).toEqual([])
    lane.resume()
    expect(said).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `send ${n}`))
    stored(1, 11)
    expect(said.at(-1)).toBe('send 9')
  })

  test('what is not safe on the device yet holds up what comes after it', () => {
    add(1)
    const second: Entry = { saved: { ...about, n: 2, text: 'x', composedAt: 2 }, state: 'saving' }
    lane.add(second)
    add(3)
    lane.resume()
    expect(said).toEqual(['send 1'])
    second.state = 'waiting'
    lane.pump()
    expect(said).toEqual(['send 1', 'send 2', 'send 3'])
  })

  test('after a lost connection what was on its way is sent again', () => {
    add(1, 2)
    lane.resume()
    stored(1, 5)
    lane.interrupt()
    lane.resume()
    expect(said).toEqual(['send 1', 'send 2', 'send 2'])
  })

  test('a refusal for now makes all of it wait as long as it says', () => {
    add(1, 2)
    lane.resume()
    refused(1, 'busy', 700)
    refused(2, 'busy', 700)
    add(3)
    lane.pump()
    expect(waits).toEqual([700])
    expect(said).toEqual(['send 1', 'send 2'])
    lane.resume()
    expect(said.slice(2)).toEqual(['send 1', 'send 2', 'send 3'])
  })

  test('a refusal for good is settled by a skip and stays to be shown', () => {
    add(1, 2)
    lane.resume()
    refuseForGood(1)
    expect(said.at(-1)).toBe('skip 1')
    stored(1)
    expect(lane.find(1)).toMatchObject({ state: 'settled', saved: { refusal: { kind: 'forbidden' }, text: 'text 1' } })
  })

  test('a number is not given up before the device knows why', () => {
    add(1)
    lane.resume()
    const entry = refused(1, 'forbidden')
    lane.interrupt()
    lane.resume()
    expect(said).toEqual(['send 1'])
    if (entry) lane.secured(entry)
    expect(said).toEqual(['send 1', 'skip 1'])
  })

  test('P3: a room that hears this user again gets the skips it refused, before what comes after them', () => {
    add(1, 2)
    lane.resume()
    for (const n of [1, 2]) refuseForGood(n)
    for (const n of [1, 2]) refused(n, 'forbidden')
    expect(lane.entries.map(({ state }) => state)).toEqual(['barred', 'barred'])
    said.length = 0
    add(3, 4)
    lane.pump()
    for (const n of [3, 4]) refused(n, 'out-of-order')
    lane.resume()
    expect(waits).toEqual([0])
    expect(said).toEqual(['send 3', 'send 4', 'skip 1', 'skip 2', 'send 3', 'send 4'])
  })

  test('what is barred is not sent again while the room misses nothing', () => {
    add(1)
    lane.resume()
    refuseForGood(1)
    refused(1, 'forbidden')
    add(2)
    lane.pump()
    stored(2, 7)
    lane.interrupt()
    lane.resume()
    expect(said).toEqual(['send 1', 'skip 1', 'send 2'])
  })

  test('P3: a number that the room misses and this device does not know is skipped', () => {
    add(5)
    lane.resume()
    refused(5, 'out-of-order')
    lane.resume()
    refused(4, 'out-of-order')
    refused(5, 'out-of-order')
    lane.resume()
    expect(waits).toEqual([0, 0])
    expect(said.slice(1)).toEqual(['skip 4', 'send 5', 'skip 3', 'skip 4', 'send 5'])
  })

  test('P3: when the number before is on its way or has to wait, those after it wait as well', () => {
    add(1, 2)
    lane.resume()
    refused(1, 'busy', 700)
    refused(2, 'out-of-order')
    lane.resume()
    expect(waits).toEqual([700])
    expect(said.slice(2)).toEqual(['send 1', 'send 2'])
  })

  test('a message leaves when its record arrives, or when the timeline is known beyond its place', () => {
    add(1, 2, 3)
    lane.resume()
    lane.arrived(1)
    stored(2, 12)
    stored(3, 13)
    lane.passed(12)
    expect(lane.entries.map(({ saved }) => saved.n)).toEqual([3])
  })

  test('and also when it hears only then where its place is', () => {
    add(1)
    lane.resume()
    lane.passed(12)
    stored(1, 11)
    expect(lane.entries).toEqual([])
  })
})

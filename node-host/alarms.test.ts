import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { alarmsContract } from '#tests/contracts/alarms.ts'
import { probesOnNode } from '#tests/support/probes/node-host.ts'
import { Alarms } from './alarms.ts'
import { clock } from './clock.ts'

alarmsContract('node-host', probesOnNode)

const START_MS = 1_795_000_000_000
const SECOND_MS = 1_000
const DAY_MS = 24 * 60 * 60 * SECOND_MS

describe('alarms', () => {
  let alarms: Alarms
  /** When each actor was woken, in seconds from the start. */
  let woken: [actor: string, second: number][]
  /** What an actor does when it is woken: nothing, unless the test says otherwise. */
  let wake: (actor: string) => Promise<void> | void
  let logged: string[]

  beforeEach(() => {
    vi.useFakeTimers({ now: START_MS })
    woken = []
    wake = () => {}
    logged = []
    const say = (message: string) => void logged.push(message)
    const log = { info: say, warn: say, error: say }
    alarms = new Alarms({
      clock,
      log,
      wake: async (actor) => {
        woken.push([actor, (Date.now() - START_MS) / SECOND_MS])
        await wake(actor)
      },
    })
  })

  afterEach(() => {
    alarms.stop()
    vi.useRealTimers()
  })

  const at = (seconds: number) => START_MS + seconds * SECOND_MS
  const clear = (actor: string) => alarms.set(actor, null)

  test('wake each actor when its time has come', async () => {
    wake = clear
    alarms.set('b', at(2))
    alarms.set('a', at(1))
    alarms.set('past', at(-5))
    await vi.advanceTimersByTimeAsync(10 * SECOND_MS)
    expect(woken).toEqual([
      ['past', 0],
      ['a', 1],
      ['b', 2],
    ])
  })

  test('may be further away than a timer reaches', async () => {
    wake = clear
    alarms.set('a', START_MS + 60 * DAY_MS)
    await vi.advanceTimersByTimeAsync(59 * DAY_MS)
    expect(woken).toEqual([])
    await vi.advanceTimersByTimeAsync(DAY_MS)
    expect(woken).toEqual([['a', (60 * DAY_MS) / SECOND_MS]])
  })

  test('a waking that throws is tried again, ever more rarely', async () => {
    wake = () => Promise.reject(new Error('not now'))
    alarms.set('a', at(0))
    await vi.advanceTimersByTimeAsync(10 * SECOND_MS)
    expect(woken.map(([, second]) => second)).toEqual([0, 1, 3, 7])
  })

  test('a waking that fails is told of, and one that the end interrupts is not', async () => {
    wake = () => Promise.reject(new Error('not now'))
    alarms.set('a', at(0))
    await vi.advanceTimersByTimeAsync(0)
    expect(logged).toEqual(['an actor could not do what its alarm was for', 'an alarm was not moved by its actor'])
    const closed = Promise.withResolvers<void>()
    wake = () => closed.promise
    await vi.advanceTimersByTimeAsync(SECOND_MS)
    alarms.stop()
    closed.reject(new Error('the store is closed'))
    await vi.advanceTimersByTimeAsync(SECOND_MS)
    expect(logged).toHaveLength(2)
  })

  test('an alarm that its actor does not move cannot spin, and rings at most every five minutes then', async () => {
    alarms.set('a', at(0))
    await vi.advanceTimersByTimeAsync(DAY_MS)
    expect(woken.length).toBeLessThan(DAY_MS / (5 * 60 * SECOND_MS) + 10)
    expect(woken.length).toBeGreaterThan(200)
  })

  test('an actor that moves its alarm on starts anew with its retries', async () => {
    let failures = 3
    wake = (actor) => {
      if (failures-- > 0) throw new Error('not now')
      alarms.set(actor, Date.now() + SECOND_MS)
      failures = woken.length < 6 ? 1 : Number.POSITIVE_INFINITY
    }
    alarms.set('a', at(0))
    await vi.advanceTimersByTimeAsync(9 * SECOND_MS)
    // 0 fails, 1 fails, 3 fails, 7 moves it to 8, which fails, 9 is the first retry again.
    expect(woken.map(([, second]) => second)).toEqual([0, 1, 3, 7, 8, 9])
  })

  test('an actor is not woken again while it is being woken, though its alarm was cleared and set meanwhile', async () => {
    const first = Promise.withResolvers<void>()
    wake = () => (woken.length === 1 ? first.promise : clear('a'))
    alarms.set('a', at(0))
    await vi.advanceTimersByTimeAsync(SECOND_MS)
    alarms.set('a', null)
    alarms.set('a', at(2))
    await vi.advanceTimersByTimeAsync(3 * SECOND_MS)
    expect(woken).toHaveLength(1)
    first.resolve()
    await vi.advanceTimersByTimeAsync(0)
    expect(woken).toEqual([
      ['a', 0],
      ['a', 4],
    ])
  })

  test('what is due at once is woken a few at a time', async () => {
    let now = 0
    let most = 0
    wake = async (actor) => {
      most = Math.max(most, ++now)
      const { promise, resolve } = Promise.withResolvers<void>()
      // On the fake clock.
      setTimeout(() => resolve(), 10)
      await promise
      now -= 1
      clear(actor)
    }
    for (let i = 0; i < 500; i++) alarms.set(`a${i}`, at(0))
    await vi.advanceTimersByTimeAsync(SECOND_MS)
    expect(woken).toHaveLength(500)
    expect(most).toBe(64)
  })

  test('nothing rings after they were stopped', async () => {
    alarms.set('a', at(1))
    alarms.stop()
    alarms.set('b', at(1))
    await vi.advanceTimersByTimeAsync(10 * SECOND_MS)
    expect(woken).toEqual([])
  })
})

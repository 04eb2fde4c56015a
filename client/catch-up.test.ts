import { beforeEach, describe, expect, test } from 'vitest'
import type { RefusalKind } from '#protocol/errors.ts'
import { refuse } from '#protocol/errors.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import { CatchUp } from './catch-up.ts'
import { RefusedError } from './refused-error.ts'

type Asked = { answered(re: number): void; resolve(value: unknown): void; reject(error: RefusedError): void }

describe('catching up', () => {
  let clock: VirtualClock
  let asked: Asked[]
  let happened: string[]
  let catchUp: CatchUp

  beforeEach(() => {
    clock = new VirtualClock()
    asked = []
    happened = []
    catchUp = new CatchUp(clock, {
      sync: (answered) => new Promise((resolve, reject) => asked.push({ answered, resolve, reject })),
      behind: () => happened.push('behind'),
      caughtUp: () => happened.push('caught up'),
      unknown: () => happened.push('unknown'),
    })
    void catchUp.begin()
  })

  /** The newest sync is answered, under its number as `re`. */
  async function answer(): Promise<void> {
    const sync = asked.at(-1)
    sync?.answered(asked.length)
    sync?.resolve(undefined)
    await clock.advance(0)
  }

  async function refuseIt(kind: RefusalKind, retryAfterMs?: number): Promise<void> {
    asked.at(-1)?.reject(new RefusedError(refuse(kind, '', retryAfterMs).refused))
    await clock.advance(0)
  }

  /** How long it takes until the server is asked again. */
  async function pause(): Promise<number> {
    const before = asked.length
    const from = clock.now()
    while (asked.length === before && clock.now() - from < 60_000) await clock.advance(100)
    return clock.now() - from
  }

  test('who lags again and again is given longer and longer pauses, and catches up all the while', async () => {
    const pauses: number[] = []
    for (let i = 0; i < 8; i++) {
      const before = asked.length
      catchUp.again()
      pauses.push(asked.length > before ? 0 : await pause())
    }
    expect(pauses).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
    expect(new Set(happened)).toEqual(new Set(['behind']))
  })

  test('who was live in between begins with no pause again', async () => {
    for (let i = 0; i < 3; i++) catchUp.again()
    await pause()
    await answer()
    catchUp.ended('complete')
    const before = asked.length
    catchUp.again()
    expect(asked).toHaveLength(before + 1)
  })

  test('several reasons to sync again make one sync', async () => {
    await answer()
    for (let i = 0; i < 5; i++) catchUp.missed()
    catchUp.again()
    await clock.advance(30_000)
    expect(asked).toHaveLength(3)
  })

  test('what was missed before the first answer, that answer brings', async () => {
    catchUp.missed()
    await clock.advance(30_000)
    expect(asked).toHaveLength(1)
  })

  test('the end of an earlier sync is not taken for that of the one asked for', async () => {
    await answer()
    catchUp.missed()
    catchUp.ended('complete')
    expect(happened).not.toContain('caught up')
    await answer()
    catchUp.ended('complete')
    expect(happened).toContain('caught up')
  })

  test('C2: when rooms were left out it is live, and syncs again later without a word', async () => {
    await answer()
    catchUp.ended('incomplete')
    expect(happened).toEqual(['behind', 'caught up'])
    expect(await pause()).toBe(2_000)
    await answer()
    catchUp.ended('complete')
    await clock.advance(60_000)
    expect(happened).toEqual(['behind', 'caught up', 'caught up'])
    expect(asked).toHaveLength(2)
  })

  test('a sync that was refused for now is asked again after as long as the server says', async () => {
    await refuseIt('too-frequent', 3_000)
    expect(await pause()).toBe(3_000)
    await refuseIt('busy')
    expect(await pause()).toBe(2_000)
  })

  test('a sync that fails after it was answered is asked again', async () => {
    await answer()
    catchUp.failed({ type: 'failed', re: 77, refusal: { kind: 'retry', reason: 'of something else' } })
    catchUp.failed({ type: 'failed', re: 1, refusal: { kind: 'retry', reason: 'the inbox could not be read' } })
    expect(await pause()).toBe(2_000)
  })

  test.each([undefined, 99])(
    'after a frame that the server could not read (re %s) all is asked again, later',
    async (re) => {
      await answer()
      catchUp.ended('complete')
      catchUp.failed({ type: 'failed', re, refusal: { kind: 'malformed', reason: '' } })
      expect(happened.at(-1)).toBe('behind')
      expect(await pause()).toBe(2_000)
    },
  )

  test('a device that the server does not know is not asked for again', async () => {
    await refuseIt('not-logged-in')
    await clock.advance(60_000)
    expect(happened).toEqual(['behind', 'unknown'])
    expect(asked).toHaveLength(1)
  })

  test('nothing is asked on a connection that is gone, or not logged in yet', async () => {
    for (let i = 0; i < 3; i++) catchUp.again()
    catchUp.lost()
    catchUp.again()
    catchUp.missed()
    await refuseIt('retry')
    await clock.advance(60_000)
    expect(asked).toHaveLength(2)
    await Promise.race([catchUp.begin(), clock.advance(0)])
    expect(asked).toHaveLength(3)
  })
})

import { afterEach, describe, expect, test, vi } from 'vitest'
import { Producers } from '#durable/room/producers.ts'
import { count } from '../support/counts.ts'
import { runScenario } from './scenario.ts'
import { Violation } from './witness.ts'
import type { Variant } from './world.ts'

const SEEDS = count(1_000, 20_000)
const SEEDS_PER_TEST = 100

describe('I1-I5, I8: whatever fails, everybody agrees in the end', () => {
  for (let first = 1; first <= SEEDS; first += SEEDS_PER_TEST) {
    const last = first + SEEDS_PER_TEST - 1
    test(`seeds ${first} to ${last}`, async () => {
      for (let seed = first; seed <= last; seed++) await named(seed, () => runScenario(seed))
    })
  }
})

describe('seeds that failed once', () => {
  test.each([
    [2, 'a view was made while only the first of several arrived messages had left the outbox'],
    [16, 'the window of a lane was not opened again when records came before their acknowledgements'],
    [25, 'an acknowledged message whose record stands behind a gap stayed outgoing'],
    [43, 'a room that could not answer during catch-up was left out for good'],
    [
      866,
      'a sync asked again on a new connection, before log-in, was taken for a revoked device, and the outbox deleted',
    ],
    [6585, 'a delivery that failed was forgotten because somebody began to follow meanwhile'],
  ])('seed %i: %s', async (seed) => {
    await runScenario(seed)
  })
})

describe('a broken variant is caught', () => {
  afterEach(() => vi.restoreAllMocks())

  test('I1: an acknowledgement before the commit is durable', () =>
    expectCaught({ acknowledgesEarly: true }, ['I1', 'I3', 'outbox']))

  test('I2: an instance that goes on after a failed commit', () =>
    expectCaught({ keepsFailedInstances: true }, ['I1', 'I2', 'I3', 'I13', 'outbox']))

  test('I5: a room that does not check its producers', () => {
    vi.spyOn(Producers.prototype, 'turn').mockReturnValue('next')
    return expectCaught({}, ['I4', 'I5'])
  })

  test('I8: a cursor that moves before what it stands for is kept', () =>
    expectCaught({ cacheOf: recordsLast }, ['I8']))
})

/** A cache that says "kept" of records it has yet to write. */
const recordsLast: NonNullable<Variant['cacheOf']> = (store, clock) => ({
  ...store,
  set: (key, value) => {
    if (!key.startsWith('page/')) return store.set(key, value)
    void clock.sleep(100).then(() => store.set(key, value))
    return Promise.resolve()
  },
})

const SEEDS_TO_CATCH = 50

async function expectCaught(variant: Variant, invariants: readonly string[]): Promise<void> {
  for (let seed = 1; seed <= SEEDS_TO_CATCH; seed++) {
    const violation = await runScenario(seed, variant).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (!(violation instanceof Violation)) continue
    expect(invariants).toContain(violation.invariant)
    return
  }
  expect.unreachable(`no seed up to ${SEEDS_TO_CATCH} noticed`)
}

async function named(seed: number, run: () => Promise<unknown>): Promise<void> {
  try {
    await run()
  } catch (error) {
    throw new Error(`seed ${seed}`, { cause: error })
  }
}

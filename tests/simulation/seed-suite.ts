import { afterAll, describe, expect, test } from 'vitest'
import { count } from '../support/counts.ts'
import { ACTION_NAMES } from './actions.ts'
import { type Counts, Coverage } from './coverage.ts'
import { FAULT_NAMES } from './mishaps.ts'
import { runSeeds } from './seeds.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** What the seeds of a test did, for the table that reporter.ts prints. */
    simulation?: Counts
  }
}

const SEEDS = count(10_000, 100_000)
const SEEDS_PER_TEST = 50

/** Registers one part of the seeds: each part is a file, so that workers share them. */
export function testSeeds(part: number, parts: number): void {
  const size = SEEDS / parts
  const coverage = new Coverage()

  describe('I1-I5, I8-I10, I13: whatever fails, everybody agrees in the end', () => {
    for (let first = (part - 1) * size + 1; first <= part * size; first += SEEDS_PER_TEST) {
      const last = Math.min(first + SEEDS_PER_TEST - 1, part * size)
      test(`seeds ${first} to ${last}`, async ({ task }) => {
        const { counts, failures } = await runSeeds(first, last)
        task.meta.simulation = counts
        coverage.add(counts)
        const [failure] = failures
        if (failure)
          throw new Error(`failing seeds: ${failures.map(({ seed }) => seed)}; the first:`, { cause: failure.error })
      })
    }
  })

  // A hook, since it must come last, however the tests are ordered.
  afterAll(() => {
    expect(ACTION_NAMES.filter((name) => !coverage.actions[name])).toEqual([])
    expect(FAULT_NAMES.filter((name) => !coverage.faults[name])).toEqual([])
  })
}

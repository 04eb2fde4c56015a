import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { ACTION_NAMES } from './actions.ts'
import { type Counts, Coverage } from './coverage.ts'
import { SEEDS_AT_ONCE, type Told } from './crew.ts'
import { FAULT_NAMES } from './mishaps.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** What the seeds of a test did, for the table that reporter.ts prints. */
    simulation?: Counts
  }
}

const HOUR_MS = 3_600_000
const { count, socket } = inject('seeds')
const FIRSTS = Array.from({ length: count / SEEDS_AT_ONCE }, (_, i) => i * SEEDS_AT_ONCE + 1)

/** By their first seeds. */
let stretches: ReadonlyMap<number, Told>

// They run since the tests began (beside.ts); what is left of them now has the machine for itself.
beforeAll(async () => {
  const lines = (await text(connect(socket))).trim().split('\n')
  stretches = new Map(lines.map((line) => JSON.parse(line) as Told).map((told) => [told.first, told]))
}, 3 * HOUR_MS)

describe('I1-I5, I8-I10, I12, I13, O1, O4, O5: whatever fails, everybody agrees in the end', () => {
  for (const first of FIRSTS) {
    test(`seeds ${first} to ${first + SEEDS_AT_ONCE - 1}`, ({ task }) => {
      const told = stretches.get(first)
      if (!told) throw new Error('the simulation ended before these seeds did')
      task.meta.simulation = told.counts
      const [failure] = told.failures
      if (failure)
        throw new Error(`failing seeds: ${told.failures.map(({ seed }) => seed)}; the first:\n${failure.what}`)
    })
  }
})

test('the seeds have done everything that people do, and met everything that fails', () => {
  const coverage = new Coverage()
  for (const { counts } of stretches.values()) coverage.add(counts)
  expect(ACTION_NAMES.filter((name) => !coverage.actions[name])).toEqual([])
  expect(FAULT_NAMES.filter((name) => !coverage.faults[name])).toEqual([])
})

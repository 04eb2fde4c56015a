import { defineConfig } from 'vitest/config'

const SECOND_MS = 1000
/** What is waited for comes late on a busy machine, or not at all. */
const PATIENCE_MS = 20 * SECOND_MS
const BROWSERS = 'tests/e2e/**'
const SERVERS = 'tests/hosts/**'
/** Run beside all others from the beginning on, and are waited for at the end. */
const SEEDS = 'tests/simulation/seeds.test.ts'

/**
 * Two files at a time: a machine with two cores keeps up, also at full load. Files share the modules that a worker has
 * loaded; to load them anew for each takes as long as the tests of most.
 */
const TWO_AT_A_TIME = { maxWorkers: 2, isolate: false }

export default defineConfig({
  test: {
    reporters: ['default', './tests/launch/reporter.ts', './tests/simulation/reporter.ts'],
    // Alone on a machine a test takes a fraction of this; the rest is for busy ones.
    testTimeout: 60 * SECOND_MS,
    hookTimeout: 60 * SECOND_MS,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{protocol,durable,workers,node-host,client,web,tests,bench,deploy}/**/*.test.{ts,tsx}'],
          exclude: [BROWSERS, SERVERS, SEEDS],
          ...TWO_AT_A_TIME,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: [`${BROWSERS}/*.test.ts`],
          ...TWO_AT_A_TIME,
          expect: { poll: { timeout: PATIENCE_MS } },
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'hosts',
          include: [`${SERVERS}/*.test.ts`],
          ...TWO_AT_A_TIME,
          expect: { poll: { timeout: PATIENCE_MS } },
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'seeds',
          include: [SEEDS],
          globalSetup: './tests/simulation/beside.ts',
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})

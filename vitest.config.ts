import { defineConfig } from 'vitest/config'

const SECOND_MS = 1000
/** Folders whose files start servers and browsers: one file at a time, so that a machine with two cores keeps up. */
const HEAVY = ['tests/hosts/**', 'tests/e2e/**']
/** Run beside all others from the beginning on, and are waited for at the end. */
const SEEDS = 'tests/simulation/seeds.test.ts'

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
          exclude: [...HEAVY, SEEDS],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'hosts',
          include: HEAVY.map((folder) => `${folder}/*.test.ts`),
          fileParallelism: false,
          // What is waited for comes late on a busy machine, or not at all.
          expect: { poll: { timeout: 20 * SECOND_MS } },
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'seeds',
          include: [SEEDS],
          globalSetup: './tests/simulation/beside.ts',
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})

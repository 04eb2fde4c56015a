import { type Counts, Coverage } from './coverage.ts'
import { runScenario } from './scenario.ts'

export type Failure = { readonly seed: number; readonly error: Error }

/** Runs every seed of a stretch, also those after one that fails. */
export async function runSeeds(first: number, last: number): Promise<{ counts: Counts; failures: Failure[] }> {
  const coverage = new Coverage()
  const failures: Failure[] = []
  for (let seed = first; seed <= last; seed++) {
    try {
      coverage.add(await runScenario(seed))
    } catch (error) {
      failures.push({ seed, error: error instanceof Error ? error : new Error(String(error)) })
    }
  }
  return { counts: { actions: coverage.actions, faults: coverage.faults }, failures }
}

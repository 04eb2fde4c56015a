import type { Reporter, TestModule } from 'vitest/node'
import { Coverage, sum, table } from './coverage.ts'

/** Prints once, after everything, what the simulation did and what went wrong in it. */
export default class CoverageReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const coverage = new Coverage()
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { simulation } = test.meta()
        if (simulation) coverage.add(simulation)
      }
    }
    if (sum(coverage.actions) > 0) process.stdout.write(`\nThe simulation\n${table(coverage)}\n`)
  }
}

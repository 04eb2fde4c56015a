import { mkdirSync, writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

const FOLDER = '.cache'
const FILE = `${FOLDER}/closing-line.txt`

/** Writes down `N passed, N failed`, the line with which .ci/run closes. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const passed = sum(modules.map((module) => count(module, 'passed')))
    const failed = sum(modules.map(failures)) + unhandled.length
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(FILE, `${passed} passed, ${failed} failed\n`)
  }
}

/** A file that cannot be loaded, or whose hooks throw, fails without any of its tests having failed. */
function failures(module: TestModule): number {
  return count(module, 'failed') || (module.ok() ? 0 : 1)
}

function count(module: TestModule, state: 'passed' | 'failed'): number {
  return [...module.children.allTests(state)].length
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

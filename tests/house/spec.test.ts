import { expect, test } from 'vitest'
import { projectFiles, read } from './files.ts'

const rules = [...read('durable/SPEC.md').matchAll(/^- \*\*([A-Z]\d+)\*\*/gm)].map(([, rule]) => rule ?? '')

/** Titles of tests begin with the rules they show: "P3: …", "T4, T5: …". Invariants of the design (I1, …) are no rules of it. */
const shown = projectFiles(/\.test\.tsx?$/)
  .flatMap((path) => [...read(path).matchAll(/['"`]((?:[A-Z]\d+(?:, )?)+): /g)])
  .flatMap(([, numbers]) => (numbers ?? '').split(', '))

test('every rule of durable/SPEC.md is shown by a test that carries its number', () => {
  expect(rules.length).toBeGreaterThan(40)
  expect(rules.filter((rule) => !shown.includes(rule))).toEqual([])
})

test('no test shows a rule that durable/SPEC.md does not have', () => {
  expect(shown.filter((rule) => !rule.startsWith('I') && !rules.includes(rule))).toEqual([])
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HOST_NAMES } from '../support/hosts.ts'
import { ROOT, read } from './files.ts'

const [same = '', differs = ''] = read('docs/hosts.md').split('## What differs')

/** The rows of a table, cell by cell, its heads first. */
function table(text: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith('|'))
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/** Why: a page that promises more than is tried is a promise of nobody's. */
test('docs/hosts.md lists what the smoke checks show, all of it on each host', () => {
  const [heads, , ...rows] = table(same)
  expect(heads).toEqual(['feature', ...HOST_NAMES, 'check'])
  const smoke = read('tests/support/smoke.ts')
  const story = /export async function twoPeopleTalk[\s\S]*?\n}/.exec(smoke)?.[0] ?? ''
  const checks = [...story.matchAll(/await (\w+)\((?:url|alice), /g)].map(([, name]) => name)
  expect(rows.map((row) => row.at(-1))).toEqual([...checks, 'findAgain'].map((name) => `\`${name}\``))
  expect(rows.filter((row) => row.slice(1, -1).some((cell) => cell !== 'yes'))).toEqual([])
})

test('the smoke checks and the browser story run on each host', () => {
  const lists = {
    'tests/hosts/smoke.test.ts': ['describe.each(HOST_NAMES)', 'twoPeopleTalk(', 'findAgain('],
    'tests/e2e/two-people.test.ts': ['describe.each(HOST_NAMES)', 'new Story('],
  }
  const missing = Object.entries(lists).flatMap(([path, words]) => words.filter((word) => !read(path).includes(word)))
  expect(missing).toEqual([])
})

test('each difference between hosts has a reason, and a test that shows it', () => {
  const [, , ...rows] = table(differs)
  expect(rows.length).toBeGreaterThan(10)
  const hollow = rows.filter((row) => {
    const shown = /\((\.\.\/[^)]+)\)/.exec(row.at(-1) ?? '')?.[1]
    return row.length !== 6 || row.includes('') || shown === undefined || !existsSync(join(ROOT, 'docs', shown))
  })
  expect(hollow).toEqual([])
})

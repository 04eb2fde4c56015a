import { expect, test } from 'vitest'
import { refusedLines } from './compile.ts'
import { ZONE_NAMES, ZONES } from './zones.ts'

const NODE = "export { readFileSync } from 'node:fs'"
const PROCESS = 'export const argv = process.argv'
const TIMER = 'export const timer = setTimeout(() => {}, 1)'
const PAGE = 'export const title = document.title'
const FETCH = "export const answer = fetch('https://example.org')"
const PLAIN = 'export const sum = [1, 2].reduce((a, b) => a + b)'

const LINES = { NODE, PROCESS, TIMER, PAGE, FETCH, PLAIN }

/** What a host gives, by zone: all else must not even have a name there. */
const NAMEABLE: Record<string, readonly (keyof typeof LINES)[]> = {
  protocol: ['PLAIN'],
  durable: ['PLAIN'],
  client: ['PLAIN'],
  workers: ['TIMER', 'FETCH', 'PLAIN'],
  'node-host': ['NODE', 'PROCESS', 'TIMER', 'FETCH', 'PLAIN'],
  web: ['TIMER', 'PAGE', 'FETCH', 'PLAIN'],
}

test.each(ZONE_NAMES)('%s: an import of a zone that it may not know fails to compile', (zone) => {
  const imports = ZONE_NAMES.map(
    (other) => `export { planted as p${ZONE_NAMES.indexOf(other)} } from '#${other}/target.ts'`,
  )
  const targets = Object.fromEntries(ZONE_NAMES.map((other) => [`${other}/target.ts`, 'export const planted = 1']))
  const refused = refusedLines(zone, imports, targets)
  const mayNotKnow = ZONE_NAMES.map((other) => other !== zone && !ZONES[zone]?.includes(other))
  expect(refused.filter((_, index) => mayNotKnow[index])).toEqual(mayNotKnow.filter(Boolean))
})

test.each(ZONE_NAMES)('%s: only what every host of it has can be named', (zone) => {
  const refused = refusedLines(zone, Object.values(LINES), {})
  const nameable = Object.keys(LINES).filter((_, index) => !refused[index])
  expect(nameable).toEqual(NAMEABLE[zone])
})

test('a test is not part of any product: importing one fails to compile', () => {
  const target = { 'tests/target.ts': 'export const planted = 1' }
  const refused = ZONE_NAMES.map((zone) => refusedLines(zone, ["export { planted } from '#tests/target.ts'"], target))
  expect(refused).toEqual(ZONE_NAMES.map(() => [true]))
})

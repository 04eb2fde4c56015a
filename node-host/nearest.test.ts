import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const WORDS = ['port', 'host', 'data', 'public-url', 's3-public-url', 'metrics-port', 'threads', 'server-name']

test.each([
  ['prot', 'port'],
  ['hots', 'host'],
  ['dat', 'data'],
  ['publik-url', 'public-url'],
  ['publicurl', 'public-url'],
  ['metric-port', 'metrics-port'],
  ['thread', 'threads'],
  ['server_name', 'server-name'],
])('whoever writes %s means %s', (written, meant) => {
  expect(nearest(written, WORDS)).toBe(meant)
})

test.each(['p', '', 'colour', 'start', 'xyz'])('"%s" is near to nothing', (written) => {
  expect(nearest(written, WORDS)).toBeUndefined()
})

import { beforeEach, expect, test, vi } from 'vitest'
import { availabilityOf } from './availability.ts'

const HERE = 'https://chat.example.org/objects/x'
const ELSEWHERE = 'https://store.example.org/bucket/x'

beforeEach(() => {
  vi.stubGlobal('location', new URL('https://chat.example.org/'))
  return () => vi.unstubAllGlobals()
})

test.each([
  ['here', HERE, new Response('x', { status: 206 }), 'there'],
  ['here, of no bytes', HERE, new Response(null, { status: 416 }), 'there'],
  ['gone', HERE, new Response(null, { status: 404 }), 'gone'],
  ['gone elsewhere', ELSEWHERE, new Response(null, { status: 410 }), 'gone'],
  ['of a store that is not well', ELSEWHERE, new Response(null, { status: 503 }), 'not now'],
  ['of a store into which pages may not look', ELSEWHERE, new TypeError('refused'), 'there'],
  ['of a server that is away', HERE, new TypeError('not reached'), 'not now'],
  ['of a store that does not answer', ELSEWHERE, new DOMException('late', 'TimeoutError'), 'not now'],
])('a file %s', async (_what, url, answer, availability) => {
  vi.stubGlobal('fetch', () => (answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer)))
  expect(await availabilityOf(url)).toBe(availability)
})

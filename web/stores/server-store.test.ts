import { expect, test } from 'vitest'
import type { ServerView, Snug } from '#client/index.ts'
import { ServerStore } from './server-store.ts'

function preferences(kept = new Map<string, string>()) {
  return { read: (key: string) => kept.get(key), write: (key: string, value: string) => void kept.set(key, value) }
}

/** A client that has not reached its server yet. */
function clientBefore() {
  let reach: (server: ServerView) => void = () => {}
  const client: Pick<Snug, 'server' | 'on'> = {
    server: undefined,
    on: (_event, listener) => {
      reach = listener as typeof reach
      return () => {}
    },
  }
  return { client, reach: (server: ServerView) => reach(server) }
}

test('a server that nobody has named is Snug, a named one is called by its name, the next time at once', () => {
  const kept = preferences()
  const first = clientBefore()
  const store = new ServerStore(first.client, kept)
  expect([store.title, store.ownName]).toEqual(['Snug', undefined])
  first.reach({ name: 'Snug', transport: 'https', fileMib: 0 })
  expect([store.title, store.ownName]).toEqual(['Snug', undefined])
  first.reach({ name: 'Lindqvist', transport: 'https', fileMib: 0 })
  expect([store.title, store.ownName]).toEqual(['Lindqvist', 'Lindqvist'])
  expect(new ServerStore(clientBefore().client, kept).title).toBe('Lindqvist')
})

test.each([
  ['https', false, false],
  ['loopback', false, false],
  ['insecure-allowed', true, false],
  ['insecure', false, true],
] as const)('over %s people are unprotected: %s, kept out: %s', (transport, isUnprotected, isClosed) => {
  const { client, reach } = clientBefore()
  const store = new ServerStore(client, preferences())
  reach({ name: 'Snug', transport, fileMib: 0 })
  expect(store).toMatchObject({ isUnprotected, isClosed })
})

test('how large a file may be is known the next time before the server is reached', () => {
  const kept = preferences()
  const first = clientBefore()
  const store = new ServerStore(first.client, kept)
  expect(store.fileBytes).toBe(0)
  first.reach({ name: 'Snug', transport: 'https', fileMib: 2 })
  expect([store.fileBytes, new ServerStore(clientBefore().client, kept).fileBytes]).toEqual([2_097_152, 2_097_152])
})

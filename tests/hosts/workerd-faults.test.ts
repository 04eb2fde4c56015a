import { afterAll, beforeAll, expect, test } from 'vitest'
import { HELLO, TestSocket } from '#tests/support/test-socket.ts'
import { type Evicting, startInMiniflare, type WorkerdHost } from '#tests/support/workerd-hosts.ts'

/** What a handler throws workerd keeps to itself: it must have been caught, logged, and paid for by nobody else. */
let host: WorkerdHost & Evicting
let bystander: TestSocket

beforeAll(async () => {
  host = await startInMiniflare('tests/support/workerd/faulty-worker.ts')
  bystander = await connect()
  await bystander.ask(HELLO)
})
afterAll(() => host.dispose())

async function connect(): Promise<TestSocket> {
  const socket = new TestSocket(`${(await host.url()).replace('http', 'ws')}/ws?shard=one`, {})
  await socket.opened
  return socket
}

test.each([
  ['a frame', 'a fault', '"planted"'],
  ['a note that cannot be kept', 'a note too long', 'a note of 16384 characters'],
])('a gateway that fails at %s closes the one socket, logs why and serves the others', async (_, frame, reason) => {
  const client = await connect()
  client.ws.send(frame)
  expect(await client.closed).toBe(1011)
  expect(host.logs().filter((line) => line.includes(reason))).toHaveLength(1)
  expect(await bystander.ask(JSON.stringify({ type: 'ping' }))).toMatchObject([{ type: 'pong' }])
})

test.each([
  ['SNUG_PUBLIC_URL', 'nowhere', 'SNUG_PUBLIC_URL takes a URL.'],
  ['SNUG_S3_PUBLIC_URL', 'https://files.test', 'SNUG_S3_PUBLIC_URL needs SNUG_S3_URL.'],
])('%s, which cannot be understood, fails every request, and the log names it', async (name, value, said) => {
  const other = await startInMiniflare(undefined, { [name]: value })
  try {
    const answer = await fetch(`${await other.url()}/healthz`)
    expect([answer.status, await answer.text()]).toEqual([500, 'Something went wrong here.\n'])
    expect(other.logs().join('\n')).toContain(said)
  } finally {
    await other.dispose()
  }
})

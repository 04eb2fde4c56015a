import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeId, type RoomId } from '#protocol/ids.ts'
import { count } from '#tests/support/counts.ts'
import { inviteRaw, openGroupRaw, type RawAccount, registerRaw } from '#tests/support/raw-account.ts'
import { RawClient } from '#tests/support/raw-client.ts'
import { CLAIM_SECRET, type Evicting, startInMiniflare, type WorkerdHost } from '#tests/support/workerd-hosts.ts'
import { CALLS_OF_AN_EVENT } from '#workers/cloudflare/allowance.ts'
import { gatewayOf } from '#workers/cloudflare/gateways.ts'

/** What Cloudflare charges for, and limits (tests/support/workerd/counting-worker.ts). docs/edge.md says what it costs. */
type Counts = {
  readonly rowsRead: number
  readonly rowsWritten: number
  readonly mostParameters: number
  readonly mostCalls: number
  readonly requests: Readonly<Record<string, number>>
}

/** More than an object may make calls after one event. */
const ROOMS = count(1_100, 3_000)
const AT_ONCE = 20
const MAKING_ROOMS_MS = count(120_000, 600_000)
const HERE = 'one'
/** The key of a client whom another gateway holds. */
const ELSEWHERE = ['two', 'three', 'four', 'five'].find((key) => gatewayOf(key) !== gatewayOf(HERE)) ?? HERE
const BOUNDLESS = ['MESSAGES_PER_SECOND', 'MESSAGE_BURST', 'REQUESTS_PER_SECOND', 'REQUEST_BURST', 'ROOMS_PER_MINUTE']

const producer = makeId('producer', randomBytes(16))
let host: WorkerdHost & Evicting
let alice: RawAccount
let bob: RawAccount
let room: RoomId
/** At one gateway. */
let a: RawClient
let b: RawClient
/** At another one, later. */
let far: RawClient

beforeAll(async () => {
  const bindings = Object.fromEntries(BOUNDLESS.map((name) => [`SNUG_${name}`, '1000000']))
  host = await startInMiniflare('tests/support/workerd/counting-worker.ts', bindings)
  const headers = { authorization: `Bearer ${CLAIM_SECRET}` }
  const claimed = await fetch(`${await host.url()}/claim`, { method: 'POST', headers })
  alice = await registerRaw(await socketUrl(HERE), (await claimed.text()).trim(), 'alice')
  bob = await registerRaw(await socketUrl(HERE), await inviteRaw(await socketUrl(HERE), alice, 1), 'bob')
  a = await enter(alice, HERE)
  b = await enter(bob, HERE)
  room = await openGroupRaw(a, [bob.user])
  await b.hears('heads', ({ heads }) => heads.some((head) => head.room === room))
})
afterAll(() => host.dispose())

test('a message costs three rows, a call to its room, and one to the gateway of its readers', async () => {
  await send(1)
  expect(await send(2)).toMatchObject({
    rowsRead: 0,
    rowsWritten: 3,
    requests: { frames: 1, 'RoomObject send': 1, 'GatewayObject deliver': 1 },
  })
})

test('messages that are sent at once share the calls, and all rows but their own', async () => {
  const [first, last] = [3, 22]
  const texts = Array.from({ length: last - first + 1 }, (_, i) => message(first + i))
  expect(
    await counted([a.hears('stored', ({ n }) => n === last)], () => a.sendFrame(JSON.stringify(texts))),
  ).toMatchObject({
    rowsWritten: texts.length + 2,
    requests: { frames: 1, 'RoomObject send': 1 },
  })
})

test('a read mark costs one row', async () => {
  const costs = await counted([a.hears('read')], () => b.say({ type: 'mark-read', room, seq: 3 }))
  expect(costs).toMatchObject({
    rowsWritten: 1,
    requests: { frames: 1, 'RoomObject markRead': 1, 'GatewayObject deliver': 1 },
  })
})

test('a ping and an acknowledgement cost no call and no row', async () => {
  const costs = await counted([a.hears('pong')], () => a.say({ type: 'ping' }))
  expect(costs).toMatchObject({ rowsRead: 0, rowsWritten: 0, requests: {} })
})

test('a reader at another gateway costs one call more', async () => {
  far = await enter(bob, ELSEWHERE)
  expect(await send(23, far)).toMatchObject({
    rowsWritten: 3,
    requests: { 'RoomObject send': 1, 'GatewayObject deliver': 2 },
  })
})

test('a room that was out of memory is read again, and tells its followers where it stands', async () => {
  await host.evict('RoomObject', room)
  const costs = await send(24, far)
  expect(costs).toMatchObject({ rowsWritten: 3, requests: { 'RoomObject send': 1, 'GatewayObject deliver': 4 } })
  expect(costs.rowsRead).toBeLessThanOrEqual(10)
})

test(
  `who comes back to ${ROOMS} rooms costs a call to each and a few more, at most ${CALLS_OF_AN_EVENT} after one event`,
  async ({ annotate }) => {
    for (let made = 0; made < ROOMS; made += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => openSolo()))
    }
    const made = await takeCounts()
    expect(made.rowsWritten / ROOMS).toBeLessThanOrEqual(18)
    expect(sum(Object.values(made.requests)) / ROOMS).toBeLessThanOrEqual(7.2)
    ;(await enter(alice, HERE)).close()
    await takeCounts()
    const c = (await RawClient.enter(await socketUrl(HERE), alice.token)).acknowledges()
    await takeCounts()
    const caughtUp = c.hears('heads', ({ last }) => last !== undefined)
    const since = performance.now()
    const costs = await counted([caughtUp], () => c.say({ type: 'sync', id: 1, rooms: [] }))
    expect(await caughtUp).toMatchObject({ last: 'complete' })
    await annotate(`caught up in ${Math.round(performance.now() - since)} ms`)
    await annotate(JSON.stringify(costs))
    expect(costs).toMatchObject({ rowsWritten: 0, mostParameters: expect.toSatisfy((most) => most <= 100) })
    expect(costs.mostCalls).toBeLessThanOrEqual(CALLS_OF_AN_EVENT + 1)
    expect(costs.requests['RoomObject follow']).toBe(ROOMS + 1)
    const { frames: _frames, ...calls } = costs.requests
    expect(sum(Object.values(calls))).toBeLessThanOrEqual(ROOMS + 3 + Math.ceil(ROOMS / CALLS_OF_AN_EVENT))
    c.close()
  },
  MAKING_ROOMS_MS,
)

/** Sends one message; everybody who is connected hears it before the counts are taken. */
function send(n: number, ...more: readonly RawClient[]): Promise<Counts> {
  const heard = [b, ...more].map((client) => client.hears('delivery', ({ to }) => to === n + 1))
  return counted([a.hears('stored'), ...heard], () => a.say(message(n)))
}

function message(n: number) {
  return { type: 'send', room, producer, n, text: 'x'.repeat(100) } as const
}

/** What was counted from the act until all of the effects were seen. */
async function counted(effects: readonly Promise<unknown>[], act: () => void): Promise<Counts> {
  await takeCounts()
  act()
  await Promise.all(effects)
  return takeCounts()
}

async function takeCounts(): Promise<Counts> {
  return (await (await fetch(`${await host.url()}/counts`)).json()) as Counts
}

async function openSolo(): Promise<void> {
  const own = makeId('group', randomBytes(16))
  const heard = a.hears('heads', ({ heads }) => heads.some((head) => head.room === own))
  a.say({ type: 'create-group', id: 3, room: own, title: 'A room', members: [] })
  await heard
}

async function enter({ token }: RawAccount, shard: string): Promise<RawClient> {
  const client = (await RawClient.enter(await socketUrl(shard), token)).acknowledges()
  client.say({ type: 'sync', id: 1, rooms: [] })
  await client.hears('heads', ({ last }) => last !== undefined)
  return client
}

async function socketUrl(shard: string): Promise<string> {
  return `${(await host.url()).replace('http', 'ws')}/ws?shard=${shard}`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

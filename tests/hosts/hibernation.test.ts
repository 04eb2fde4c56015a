import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeCodes } from '#protocol/errors.ts'
import { type DeviceId, makeId } from '#protocol/ids.ts'
import { inviteRaw, openGroupRaw, type RawAccount, registerRaw } from '#tests/support/raw-account.ts'
import { RawClient } from '#tests/support/raw-client.ts'
import { CLAIM_SECRET, type Evicting, startInMiniflare, type WorkerdHost } from '#tests/support/workerd-hosts.ts'
import { gatewayOf } from '#workers/cloudflare/gateways.ts'

const SHARD = 'one'
const PRODUCER = makeId('producer', new Uint8Array(16))

let host: WorkerdHost & Evicting
let url: string
let alice: RawAccount
let bob: RawAccount

beforeAll(async () => {
  host = await startInMiniflare()
  url = `${(await host.url()).replace('http', 'ws')}/ws?shard=${SHARD}`
  const claimed = await fetch(`${await host.url()}/claim`, {
    method: 'POST',
    headers: { authorization: `Bearer ${CLAIM_SECRET}` },
  })
  alice = await registerRaw(url, (await claimed.text()).trim(), 'alice')
  bob = await registerRaw(url, await inviteRaw(url, alice, 1), 'bob')
})
afterAll(() => host.dispose())

async function enter({ token }: RawAccount): Promise<RawClient> {
  const client = await RawClient.enter(url, token)
  client.say({ type: 'sync', id: 1, rooms: [] })
  await client.hears('heads', ({ last }) => last !== undefined)
  return client
}

test('H1: a gateway is taken out of memory, and the same sockets go on', async () => {
  const [a, b] = [await enter(alice), await enter(bob)]
  const room = await openGroupRaw(a, [bob.user])
  await b.hears('heads', ({ heads }) => heads.some((head) => head.room === room))
  for (const n of [1, 2]) {
    await host.evict('GatewayObject', gatewayOf(SHARD))
    const pong = a.hears('pong')
    a.say({ type: 'ping' })
    await pong
    expect(comebacks(), 'workerd answers pings itself').toHaveLength(n - 1)
    const heard = b.hears('delivery', ({ records }) => records.some(({ kind }) => kind === 'text'))
    a.say({ type: 'send', room, producer: PRODUCER, n, text: `good morning ${n}` })
    expect((await heard).records).toMatchObject([{ text: `good morning ${n}` }])
    await expect.poll(comebacks).toHaveLength(n)
    expect(comebacks().at(-1)).toContain('"sockets":2')
  }
  a.close()
  b.close()
})

test('H1, S1, S3: who is asked about or hears that somebody writes is in memory for that alone', async () => {
  const b = await enter(bob)
  const elsewhere = await RawClient.enter(url.replace(SHARD, 'two'), alice.token)
  b.say({ type: 'open-direct', id: 4, user: alice.user })
  const { room } = await b.hears('opened')
  elsewhere.say({ type: 'sync', id: 1, rooms: [] })
  await elsewhere.hears('heads', ({ last }) => last !== undefined)
  const before = comebacks().length
  const asked = async () => {
    elsewhere.say({ type: 'get-presence', id: 10, user: bob.user })
    return elsewhere.hears('presence')
  }
  await host.evict('GatewayObject', gatewayOf(SHARD))
  expect(await asked()).toMatchObject({ online: true })
  await host.evict('GatewayObject', gatewayOf(SHARD))
  elsewhere.say({ type: 'typing', room })
  expect(await b.hears('typing')).toMatchObject({ user: alice.user })
  await expect.poll(comebacks).toHaveLength(before + 2)
  await host.evict('GatewayObject', gatewayOf(SHARD))
  b.close()
  await expect.poll(asked).toMatchObject({ online: false, seenAt: expect.any(Number) })
  elsewhere.close()
})

test('A7: a device that is revoked while its gateway is out of memory is closed', async () => {
  const [a, b] = [await enter(bob), await enter(bob)]
  await host.evict('GatewayObject', gatewayOf(SHARD))
  const [device] = bob.token.split('.').slice(1) as [DeviceId]
  a.say({ type: 'revoke-device', id: 5, device })
  expect(await b.closed).toBe(closeCodes.deviceRevoked)
  expect(await a.closed).toBe(closeCodes.deviceRevoked)
})

function comebacks(): string[] {
  return host.logs().filter((line) => line.includes('back in memory'))
}

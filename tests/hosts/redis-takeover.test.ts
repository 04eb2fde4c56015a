import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RoomId } from '#protocol/ids.ts'
import { SeededRandom } from '../simulation/seeded-random.ts'
import { count } from '../support/counts.ts'
import type { HostProcess } from '../support/host-process.ts'
import { startHost } from '../support/hosts.ts'
import { isText, keyOf, Load, readTimeline, type Sent } from '../support/load.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { RedisServer } from '../support/redis/server.ts'

const SENDERS = 2
const OUTSTANDING = 20
const UNBOUNDED = ['--messages-per-second', '1000000', '--message-burst', '1000000', '--request-burst', '100000']

let redis: RedisServer
beforeAll(async () => {
  redis = await RedisServer.start()
})
afterAll(() => redis.stop())

const start = () => startHost('node-host', [...UNBOUNDED, '--redis-url', redis.url])

test('a second host is told that the store is in use, and who uses it', async () => {
  const first = await start()
  await expect(start()).rejects.toThrow(`Another Snug (process ${first.pid} on `)
  await expect(start()).rejects.toThrow('uses the store at redis://127.0.0.1')
  expect(await (await fetch(`${first.url}/healthz`)).text()).toContain('ok')
  await first.dispose()
})

/** What was acknowledged by whichever host, over all cycles. */
describe('a host that is stopped under load, while another takes its place, and then goes on', () => {
  let token: string
  let room: RoomId
  let head = 1
  let active: HostProcess

  beforeAll(async () => {
    await redis.empty()
    active = await start()
    token = (await registerRaw(active.socketUrl, active.invitation ?? '', 'owner')).token
    const client = await RawClient.enter(active.socketUrl, token)
    room = await openGroupRaw(client)
    client.close()
  })
  afterAll(() => active.dispose())

  for (let seed = 1; seed <= count(5, 50); seed++) {
    test(`I1, I2, I5, I10: seed ${seed}`, async () => {
      const random = new SeededRandom(seed)
      const [stopped, first, second] = [active, new Load([room]), new Load([room])]
      await first.run(stopped.socketUrl, token, SENDERS, OUTSTANDING, random.int(20, 200))
      process.kill(stopped.pid, 'SIGSTOP')
      active = await start()
      await second.run(active.socketUrl, token, SENDERS, OUTSTANDING, random.int(20, 200))
      process.kill(stopped.pid, 'SIGCONT')
      expect(await stopped.exited).toMatchObject({ code: 1 })
      expect(stopped.logs.at(-1)?.msg).toContain('belongs to another host now')
      first.stop()
      second.stop()
      await check([...first.sent, ...second.sent])
      await first.resend(active.socketUrl, token)
      await second.resend(active.socketUrl, token)
      await check([...first.sent, ...second.sent], { moveOn: true })
      await stopped.dispose()
    })
  }

  async function check(sent: readonly Sent[], { moveOn = false } = {}): Promise<void> {
    const client = await RawClient.enter(active.socketUrl, token)
    const records = await readTimeline(client, room, head)
    client.close()
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, i) => head + 1 + i))
    const texts = records.filter(isText)
    const places = new Map(texts.map((record) => [keyOf({ ...record, room }), record.seq]))
    expect(places.size, 'once').toBe(texts.length)
    for (const message of sent.filter(({ stored }) => stored))
      expect(places.get(keyOf(message)), 'an acknowledged message is there').toBe(
        message.seq ?? places.get(keyOf(message)),
      )
    expect(sent.filter((message) => message.stored && !places.has(keyOf(message)))).toEqual([])
    if (moveOn) head = records.at(-1)?.seq ?? head
  }
})

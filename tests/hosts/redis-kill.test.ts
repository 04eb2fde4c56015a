import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeId, type RoomId } from '#protocol/ids.ts'
import { count } from '../support/counts.ts'
import type { HostProcess } from '../support/host-process.ts'
import { startHost } from '../support/hosts.ts'
import { killUnderLoad } from '../support/kill-under-load.ts'
import { isText, readTimeline } from '../support/load.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { pass } from '../support/redis/faults.ts'
import { type Judge, RedisProxy } from '../support/redis/proxy.ts'
import { type AnyRedis, openRedis, RedisServer } from '../support/redis/server.ts'

/** A server of the store ends with every second host; which of the two ends first is a matter of chance. */
describe.each([
  ['Redis', 1, ['--threads', '2'], count(20, 400)],
  ['three Redis', 3, [], count(10, 200)],
] as const)('kill -9 under load, node-host on %s, and a server of it', (_name, size, flags, cycles) => {
  let servers: RedisServer[]
  let killed: RedisServer | undefined
  let kills = 0
  beforeAll(async () => {
    servers = await Promise.all(Array.from({ length: size }, () => RedisServer.start()))
  })
  afterAll(() => Promise.all(servers.map((server) => server.stop())))

  killUnderLoad('node-host', cycles, {
    args: () => ['--redis-url', servers.map(({ url }) => url).join(), ...flags],
    before: async () => {
      kills += 1
      killed = kills % 2 === 0 ? servers[(kills / 2) % size] : undefined
      await killed?.kill()
    },
    after: async () => killed?.up(),
  })
})

describe('what is sent again to a host that was killed', () => {
  let redis: AnyRedis
  let way: RedisProxy
  let host: HostProcess
  beforeAll(async () => {
    redis = await openRedis()
    way = await RedisProxy.start(redis.port, redis.host)
    host = await startHost('node-host', ['--redis-url', way.url])
  })
  afterAll(async () => {
    await host.dispose()
    await way.stop()
    await redis.stop()
  })

  test('I5: stands once; and a store without the rows that say what is settled is found out', async () => {
    const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const room = await openGroupRaw(await RawClient.enter(host.socketUrl, token))
    expect(await sendTwice(token, room)).toBe(1)
    way.judge = withoutProducers
    expect(await sendTwice(token, room)).toBe(2)
  })

  /** Answers how often the message stands there then. */
  async function sendTwice(token: string, room: RoomId): Promise<number> {
    const producer = makeId('producer', randomBytes(16))
    const send = async () => {
      const client = await RawClient.enter(host.socketUrl, token)
      const stored = client.hears('stored')
      client.say({ type: 'send', room, producer, n: 1, text: 'once' })
      await stored
      return client
    }
    await send()
    await host.kill('SIGKILL')
    await host.restart()
    const records = await readTimeline(await send(), room, 0)
    return records.filter((record) => isText(record) && record.producer === producer).length
  }
})

const withoutProducers: Judge = (parts, command) =>
  String(parts[0]) === 'hmset' && String(parts[1]).endsWith('/producers') ? { answer: '+OK\r\n' } : pass(parts, command)

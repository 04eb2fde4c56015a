import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import type { HostProcess } from '../support/host-process.ts'
import { startHost } from '../support/hosts.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { RedisServer } from '../support/redis/server.ts'

/** What an operator waits for, and whatever supervises a host before it kills it: Docker 10 s. */
const A_FEW_SECONDS_MS = 10_000
/** As `level` says them. */
const [WARN, ERROR] = [40, 50]
const AWAY = 'the store does not take what is sent: nothing is acknowledged until it does'
const BACK = 'the store takes again what is sent'

test.concurrent.each([
  ['has ended, with 1 thread', '1', (redis: RedisServer) => redis.kill()],
  ['hangs, with 2 threads', '2', async (redis: RedisServer) => process.kill(redis.pid, 'SIGSTOP')],
])(
  'SIGTERM to a host whose Redis %s: it ends within a few seconds, and says that not all is stored',
  async (_name, threads, takeAway) => {
    const redis = await RedisServer.start()
    onTestFinished(() => redis.stop())
    const host = await startHost('node-host', ['--redis-url', redis.url, '--threads', threads])
    onTestFinished(() => host.dispose())
    const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const client = await RawClient.enter(host.socketUrl, token)
    const room = await openGroupRaw(client)

    await takeAway(redis)
    client.say({ type: 'send', room, producer: makeId('producer', randomBytes(16)), n: 1, text: 'lost' })
    const began = performance.now()
    expect(await host.kill('SIGTERM')).toEqual({ code: 1, signal: null })
    expect(performance.now() - began).toBeLessThan(A_FEW_SECONDS_MS)
    expect(host.logs.at(-1)).toMatchObject({ level: ERROR, msg: expect.stringContaining('the store did not answer') })
    expect(client.heard.filter(({ type }) => type === 'stored')).toEqual([])
  },
)

describe('the log says once that the store takes nothing, with its reason, and once that it does again', () => {
  const TOKEN = 'a-token-for-the-counters'

  async function startOn(url: string, threads: string): Promise<HostProcess> {
    const host = await startHost('node-host', ['--redis-url', url, '--threads', threads, '--metrics-token', TOKEN])
    onTestFinished(() => host.dispose())
    return host
  }

  async function administered(...settings: string[]): Promise<{ redis: RedisServer; admin: Redis }> {
    const redis = await RedisServer.start(...settings)
    const admin = new Redis(redis.url, { protocol: 2 })
    onTestFinished(async () => {
      admin.disconnect()
      await redis.stop()
    })
    return { redis, admin }
  }

  const said = ({ logs }: HostProcess) => logs.filter(({ msg }) => msg === AWAY || msg === BACK)

  async function away({ url }: HostProcess): Promise<string | undefined> {
    const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
    return /^snug_stores_away (\d+)$/m.exec(await answer.text())?.[1]
  }

  test.each(['1', '2'])('nobody writes, and its password is another one: with %s threads', async (threads) => {
    const { redis, admin } = await administered()
    const host = await startOn(redis.url, threads)
    await admin.config('SET', 'requirepass', 'another')
    await admin.call('client', 'kill', 'type', 'normal')
    const reason = expect.stringContaining('NOAUTH')
    await expect.poll(() => said(host)).toMatchObject([{ level: ERROR, msg: AWAY, at: redis.url, reason }])
    await admin.config('SET', 'requirepass', '')
    await expect.poll(() => said(host).slice(1)).toMatchObject([{ level: WARN, msg: BACK, at: redis.url }])
  })

  test('a row cannot be put, again and again', async () => {
    const { redis, admin } = await administered()
    const host = await startOn(redis.url, '1')
    const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const client = await RawClient.enter(host.socketUrl, token)
    const room = await openGroupRaw(client)
    const [timeline = ''] = await admin.keys(`snug:*:timeline:*${room}/timeline/0`)
    await admin.rename(timeline, 'aside')
    await admin.set(timeline, 'of another type')
    client.say({ type: 'send', room, producer: makeId('producer', randomBytes(16)), n: 1, text: 'waits' })
    const reason = expect.stringContaining('WRONGTYPE')
    await expect.poll(() => said(host)).toMatchObject([{ level: ERROR, msg: AWAY, at: redis.url, reason }])
    expect(await away(host)).toBe('1')
    expect((await fetch(`${host.url}/healthz`)).status).toBe(200)
    await admin.rename('aside', timeline)
    await expect.poll(() => said(host).slice(1)).toMatchObject([{ level: WARN, msg: BACK, at: redis.url }])
    expect(await away(host)).toBe('0')
  })

  test('and at the start that the connections of others cannot be ended', async () => {
    const { redis } = await administered('--user', 'snug', 'on', '>secret', '~*', '+@all', '-client|kill')
    const host = await startOn(redis.url.replace('redis://', 'redis://snug:secret@'), '1')
    const refused = host.logs.filter(({ msg }) => msg.includes('CLIENT KILL'))
    expect(refused).toMatchObject([{ level: WARN, at: redis.url, reason: expect.stringContaining('NOPERM') }])
    expect(JSON.stringify(host.logs)).not.toContain('secret')
  })
})

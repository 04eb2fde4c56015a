import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { startHost } from '../support/hosts.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { RedisServer } from '../support/redis/server.ts'

/** What an operator waits for, and whatever supervises a host before it kills it: Docker 10 s. */
const A_FEW_SECONDS_MS = 10_000
/** Of an error, as `level` says it. */
const ERROR = 50

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

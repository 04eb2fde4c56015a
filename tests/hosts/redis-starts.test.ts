import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { programOf } from '../support/hosts.ts'
import { RedisServer } from '../support/redis/server.ts'
import { runProgram } from '../support/run-program.ts'

const PASSWORD = 'not-for-any-log'

let data: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'snug-redis-starts-'))
})
afterAll(() => rm(data, { recursive: true }))

async function redisWith(...settings: string[]): Promise<RedisServer> {
  const redis = await RedisServer.start(...settings)
  onTestFinished(() => redis.stop())
  return redis
}

describe.each(['1', '2'])('a start with %s threads on a Redis that refuses says why in one sentence', (threads) => {
  async function assertRefused(url: string, said: RegExp): Promise<void> {
    const args = ['--port', '0', '--data', data, '--threads', threads, '--log-level', 'error', '--redis-url', url]
    const { code, out, errors } = await runProgram(programOf('node-host'), args)
    expect([code, out]).toEqual([1, ''])
    expect(errors).toMatch(said)
    expect(errors.trim().split('\n')).toHaveLength(1)
    expect(errors).not.toContain(PASSWORD)
  }

  test('without its password, and with another one', async () => {
    const { port } = await redisWith('--requirepass', 'something else')
    const said = new RegExp(
      `^The store at redis://127.0.0.1:${port} cannot be used \\((NOAUTH|WRONGPASS) .*\\): give the right password with --redis-url, .*\\.$`,
      'm',
    )
    await assertRefused(`redis://127.0.0.1:${port}`, said)
    await assertRefused(`redis://:${PASSWORD}@127.0.0.1:${port}`, said)
  })

  test('for a user who may not do all', async () => {
    const { port } = await redisWith('--user', 'snug', 'on', `>${PASSWORD}`, '~*', '+@all', '-set')
    await assertRefused(
      `redis://snug:${PASSWORD}@127.0.0.1:${port}`,
      /cannot be used \(NOPERM .*\): give --redis-url a user .*\.$/m,
    )
  })

  test('it does not run', async () => {
    const redis = await redisWith()
    await redis.kill()
    await assertRefused(redis.url, /cannot be used \(.*ECONNREFUSED.*\): see that it runs and can be reached, .*\.$/m)
  })

  test('its memory is full', async () => {
    const { url } = await redisWith('--maxmemory', '1')
    await assertRefused(url, /cannot be used \(OOM .*\): raise its maxmemory\.$/m)
  })

  test('it is a replica', async () => {
    const [main, replica] = [await redisWith(), await redisWith()]
    const client = new Redis(replica.url, { protocol: 2 })
    await client.replicaof('127.0.0.1', main.port)
    client.disconnect()
    await assertRefused(
      replica.url,
      /cannot be used \(READONLY .*\): it is a replica: give --redis-url the server .*\.$/m,
    )
  })
})

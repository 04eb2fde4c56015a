import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pass } from '#tests/support/redis/faults.ts'
import { RedisProxy } from '#tests/support/redis/proxy.ts'
import { RedisServer } from '#tests/support/redis/server.ts'
import { readSettings } from '../settings.ts'
import { takeServers } from './ground.ts'
import { takeRedis } from './take.ts'

let redis: RedisServer
beforeAll(async () => {
  redis = await RedisServer.start('--appendonly', 'no')
})
afterAll(() => redis.stop())

const silent = { info: () => {}, warn: () => {}, error: () => {} }

async function take(...flags: string[]) {
  const settings = readSettings(flags, {})
  if (typeof settings === 'string') throw new Error('that was no setting')
  return takeRedis([redis.url], { settings, log: silent, onFailure: () => {} })
}

test('a server that would lose messages is refused and left as it is, unless it is wanted all the same', async () => {
  await expect(take()).rejects.toThrow('would lose messages: it keeps no log of what is written')
  const client = new Redis(redis.url, { protocol: 2 })
  expect(await client.keys('*')).toEqual([])
  client.disconnect()
  const { release } = await take('--allow-unsafe-store')
  await release(true)
})

test('a server that still loads its data is waited for, and the log says so once', async () => {
  const proxy = await RedisProxy.start(redis.port)
  let left = 5
  proxy.judge = (parts, command) =>
    left-- > 0 ? { answer: '-LOADING Redis is loading the dataset in memory\r\n' } : pass(parts, command)
  const said: string[] = []
  const log = { ...silent, info: (message: string) => said.push(message) }
  const { release } = await takeServers([proxy.url], { log, onLost: () => {} })
  expect(said).toEqual(['the store still loads its data: waiting for it'])
  await release()
  await proxy.stop()
})

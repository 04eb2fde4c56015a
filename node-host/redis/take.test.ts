import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RedisServer } from '#tests/support/redis/server.ts'
import { readSettings } from '../settings.ts'
import { takeRedis } from './take.ts'

let redis: RedisServer
beforeAll(async () => {
  redis = await RedisServer.start('--appendonly', 'no')
})
afterAll(() => redis.stop())

async function take(...flags: string[]) {
  const settings = readSettings(flags, {})
  if (typeof settings === 'string') throw new Error('that was no setting')
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  return takeRedis([redis.url], { settings, log, onFailure: () => {} })
}

test('a server that would lose messages is refused and left as it is, unless it is wanted all the same', async () => {
  await expect(take()).rejects.toThrow('would lose messages: it keeps no log of what is written')
  const client = new Redis(redis.url, { protocol: 2 })
  expect(await client.keys('*')).toEqual([])
  client.disconnect()
  const { release } = await take('--allow-unsafe-store')
  await release(true)
})

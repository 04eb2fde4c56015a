import { afterAll, beforeAll, describe } from 'vitest'
import { count } from '../support/counts.ts'
import { killUnderLoad } from '../support/kill-under-load.ts'
import { RedisServer } from '../support/redis/server.ts'

/** The store ends with every second host; which of the two ends first is a matter of chance. */
describe('kill -9 under load, node-host on two threads and on Redis, and Redis itself', () => {
  let redis: RedisServer
  let kills = 0
  beforeAll(async () => {
    redis = await RedisServer.start()
  })
  afterAll(() => redis.stop())

  killUnderLoad('node-host', count(20, 400), {
    args: () => ['--redis-url', redis.url, '--threads', '2'],
    before: async () => {
      if (++kills % 2 === 0) await redis.kill()
    },
    after: async () => {
      if (kills % 2 === 0) await redis.up()
    },
  })
})

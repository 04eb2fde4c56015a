import { afterAll, beforeAll, describe } from 'vitest'
import { count } from '../support/counts.ts'
import { killUnderLoad } from '../support/kill-under-load.ts'
import { RedisServer } from '../support/redis/server.ts'

describe('kill -9 under load, node-host on Redis', () => {
  const redis = started()
  killUnderLoad('node-host', count(20, 200), { args: () => ['--redis-url', redis().url] })
})

/** Which of the two ends first is a matter of chance. */
describe('kill -9 under load, node-host on two threads and its Redis', () => {
  const redis = started()
  killUnderLoad('node-host', count(20, 200), {
    args: () => ['--redis-url', redis().url, '--threads', '2'],
    before: () => redis().kill(),
    after: () => redis().up(),
  })
})

function started(): () => RedisServer {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await RedisServer.start()
  })
  afterAll(() => redis.stop())
  return () => redis
}

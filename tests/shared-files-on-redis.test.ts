import { expect, onTestFinished, test } from 'vitest'
import { SharedFiles, sharedWrite } from '#durable/room/shared-files.ts'
import { Timeline } from '#durable/room/timeline.ts'
import { ActorStorage } from '#node-host/storage.ts'
import { MAX_LISTED_FILES } from '#protocol/limits.ts'
import { toUtf8 } from '#protocol/text.ts'
import { OpenStore } from './support/redis/chronicle.ts'
import { isWrite } from './support/redis/faults.ts'
import { RedisProxy } from './support/redis/proxy.ts'
import { openRedis } from './support/redis/server.ts'

const ROOM = 'room/wide'
const APART = 1_000
const FILES = MAX_LISTED_FILES + 10
const HEAD = FILES * APART

/** What is asked, and in how many round trips: what is asked before all else is answered belongs to the same one. */
function counted(proxy: RedisProxy): { trips: number; fields: number } {
  const counts = { trips: 0, fields: 0 }
  let outstanding = 0
  proxy.judge = (parts, command) => {
    // The lease is said on another connection.
    if (isWrite(parts)) return { pass: command }
    if (outstanding === 0) counts.trips += 1
    if (String(parts[0]) === 'hmget') counts.fields += parts.length - 2
    outstanding += 1
    return { pass: command, answered: () => outstanding-- }
  }
  return counts
}

test('O7: a page of files that stand far apart takes a store of the Redis protocol three round trips', async () => {
  const redis = await openRedis()
  const proxy = await RedisProxy.start(redis.port, redis.host)
  const host = await OpenStore.open([proxy.url])
  onTestFinished(async () => {
    await host.close()
    await proxy.stop()
    await redis.stop()
  })
  const storage = new ActorStorage(host.store.partitionOf(ROOM), ROOM)
  const places = Array.from({ length: FILES }, (_, i) => (i + 1) * APART)
  const writes = places.flatMap((key) => [
    sharedWrite(key),
    { table: 'timeline', key, value: toUtf8(`message ${key}`) },
  ])
  await storage.commit({ writes })
  await host.store.settled()
  const files = new SharedFiles(storage, new Timeline(storage))

  const counts = counted(proxy)
  const { records, more } = await files.page(HEAD, 1)
  expect([records.length, more, String(records[0] && Buffer.from(records[0]))]).toEqual([
    MAX_LISTED_FILES,
    true,
    `message ${HEAD}`,
  ])
  // The places, in two; then the messages. The owner is looked at once a second, and may be now.
  expect(counts.trips).toBeLessThanOrEqual(4)
  expect(counts.fields).toBe(2 * MAX_LISTED_FILES + 1)
})

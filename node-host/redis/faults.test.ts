import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SeededRandom } from '#tests/simulation/seeded-random.ts'
import { count } from '#tests/support/counts.ts'
import { checkAll, OpenStore, openChronicles, writeMany } from '#tests/support/redis/chronicle.ts'
import { FAULTS, type Fault, isRecord, isWrite, KILL, type Place, pass, STALL } from '#tests/support/redis/faults.ts'
import { RedisProxy } from '#tests/support/redis/proxy.ts'
import { type AnyRedis, openRedis, REDIS_NAME, RedisServer } from '#tests/support/redis/server.ts'

const CYCLES = count(20, 200)
const CHRONICLES = 6
const ENTRIES = 10
const TIMEOUT_MS = count(60_000, 600_000)
/** After a fault the next is acknowledged. */
const BACK_WITHIN_MS = 5_000
const ASKED_EVERY_MS = 90
/** To find that nothing moves takes seconds: so many stores wait at once. */
const STALLED_AT_ONCE = count(10, 20)

async function placeBefore<Redis extends AnyRedis>(redis: Redis): Promise<Place<Redis>> {
  return { redis, proxy: await RedisProxy.start(redis.port, redis.host) }
}

const openPlace = async () => placeBefore(await openRedis())
const openOwnPlace = async () => placeBefore(await RedisServer.start())

async function closePlace({ redis, proxy }: Place): Promise<void> {
  await proxy.stop()
  await redis.stop()
}

describe.each([
  [REDIS_NAME, async () => [await openPlace()]],
  ['three servers', () => Promise.all([openOwnPlace(), openOwnPlace(), openOwnPlace()])],
])('on %s', (_name, open) => {
  let places: Place[]
  beforeAll(async () => {
    places = await open()
  })
  afterAll(async () => {
    await Promise.all(places.map(closePlace))
  })

  test.each(Object.entries(FAULTS))(
    '%s, again and again: nothing acknowledged is lost, and all goes on within 5 s',
    (_fault, fault) => suffer(places, fault, CYCLES),
    TIMEOUT_MS,
  )
})

test.each([
  ['one server', 1],
  ['three servers', 3],
])(
  'the server is killed, one of %s, again and again: nothing acknowledged is lost, and all goes on within 5 s',
  async (_name, servers) => {
    const places = await Promise.all(Array.from({ length: servers }, openOwnPlace))
    await suffer(places, KILL, CYCLES)
    await Promise.all(places.map(closePlace))
  },
  TIMEOUT_MS,
)

test(
  'connections on which nothing moves any more are given up, and all goes on within 5 s',
  async () => {
    const places = await Promise.all(Array.from({ length: STALLED_AT_ONCE }, openOwnPlace))
    await Promise.all(places.map((place) => suffer([place], STALL, CYCLES / STALLED_AT_ONCE)))
    await Promise.all(places.map(closePlace))
  },
  TIMEOUT_MS,
)

/** On each of the servers in turn. */
async function suffer<Redis extends AnyRedis>(
  places: readonly Place<Redis>[],
  fault: Fault<Redis>,
  cycles: number,
): Promise<void> {
  const host = await OpenStore.open(places.map(({ proxy }) => proxy.url))
  const chronicles = await openChronicles(host, CHRONICLES)
  for (let seed = 1; seed <= cycles; seed++) {
    const place = places[seed % places.length]
    if (!place) throw new Error('there is a server')
    let struckAt: number | undefined
    place.proxy.judge = fault(new SeededRandom(seed), place, () => {
      struckAt = performance.now()
    })
    while (struckAt === undefined)
      await Promise.all(chronicles.map((chronicle) => writeMany(chronicle, `seed ${seed}`, ENTRIES)))
    await Promise.all(chronicles.map((chronicle) => chronicle.write('after')))
    place.proxy.judge = pass
    expect(performance.now() - struckAt, `seed ${seed}: ms until all went on`).toBeLessThan(BACK_WITHIN_MS)
  }
  await host.close()
  await checkAll(
    places.map(({ redis }) => redis.url),
    chronicles,
  )
  expect(host.isLost).toBe(false)
  expect(places.flatMap(({ proxy }) => proxy.uncommon)).toEqual([])
}

test('a server that takes nothing more is asked now and then, and what is there can be read meanwhile', async () => {
  const place = await openPlace()
  const host = await OpenStore.open([place.proxy.url])
  // More than there are partitions: what cannot be written and what is read share one.
  const [written, read] = [await openChronicles(host, 16), await openChronicles(host, 16)]
  await Promise.all(read.map((chronicle) => chronicle.write('one')))
  for (const chronicle of read) await chronicle.check(host)
  const refused = Promise.withResolvers<void>()
  const start = performance.now()
  let asked = 0
  place.proxy.judge = (parts, command) => {
    if (!isRecord(parts)) return pass(parts, command)
    asked += 1
    refused.resolve()
    return { answer: '-OOM command not allowed\r\n' }
  }
  const writing = Promise.all(written.map((chronicle) => chronicle.write('one')))
  await refused.promise
  for (const chronicle of read) await chronicle.check(host)
  expect(written.flatMap(({ acknowledged }) => acknowledged)).toEqual([])
  const turns = 1 + (performance.now() - start) / ASKED_EVERY_MS
  expect(asked / written.length, 'how often each record was put').toBeLessThanOrEqual(turns)
  place.proxy.judge = pass
  await writing
  await host.close()
  await closePlace(place)
})

test('a store that acknowledges what it has not stored is found out', async () => {
  const place = await openPlace()
  const { proxy, redis } = place
  const host = await OpenStore.open([proxy.url])
  const chronicles = await openChronicles(host, CHRONICLES)
  await Promise.all(chronicles.map((chronicle) => writeMany(chronicle, 'one', 2)))
  proxy.judge = (parts, command) => (isRecord(parts) ? { answer: '+OK\r\n' } : { pass: command })
  await Promise.all(chronicles.map((chronicle) => chronicle.write('one')))
  proxy.judge = (parts, command) => (isWrite(parts) ? { answer: '+OK\r\n' } : { pass: command })
  await Promise.all(chronicles.map((chronicle) => chronicle.write('one')))
  proxy.judge = pass
  proxy.cut()
  await expect(checkAll([redis.url], chronicles)).rejects.toThrow('acknowledged')
  await host.close()
  await closePlace(place)
})

import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SeededRandom } from '#tests/simulation/seeded-random.ts'
import { count } from '#tests/support/counts.ts'
import {
  Chronicle,
  checkAll,
  OpenStore,
  openChronicles,
  writeMany,
  writeWhile,
} from '#tests/support/redis/chronicle.ts'
import { isRecord, pass } from '#tests/support/redis/faults.ts'
import { type Judge, RedisProxy } from '#tests/support/redis/proxy.ts'
import { commandOf } from '#tests/support/redis/resp.ts'
import { type AnyRedis, openRedis } from '#tests/support/redis/server.ts'
import { STEPS, stopAt } from '#tests/support/redis/steps.ts'

/** For each step. */
const SEEDS = count(2, 20)
const CHRONICLES = 4
const ENTRIES = 20

let redis: AnyRedis
let proxy: RedisProxy
beforeAll(async () => {
  redis = await openRedis()
  proxy = await RedisProxy.start(redis.port, redis.host)
})
afterAll(async () => {
  await proxy.stop()
  await redis.stop()
})

describe('a host is stopped, another takes over and writes to the same rows, and the first one goes on', () => {
  const cases = Object.entries(STEPS).flatMap(([name, step]) =>
    Array.from({ length: SEEDS }, (_, i) => ({ name, step, seed: i + 1 })),
  )
  test.each(cases)('I10: one acknowledges, and nothing acknowledged is lost: $name, seed $seed', async (each) => {
    const random = new SeededRandom(each.seed)
    const first = stopAt(each.step, random.int(0, each.step.isRare ? 1 : 20), stopNow)
    const { chronicles, one } = await takeTurns({ first, second: pass, after: random.int(1, ENTRIES) })
    await checkAll([redis.url], chronicles)
    expect(one.isLost).toBe(true)
    expect(proxy.uncommon).toEqual([])
  })

  test('one that puts its records whatever stands there, and believes that it owns the store, is found out', async () => {
    const first = unfenced(stopAt({ isAt: () => true }, 60, stopNow))
    const { chronicles } = await takeTurns({ first, second: sparing, after: ENTRIES })
    await expect(checkAll([redis.url], chronicles)).rejects.toThrow('acknowledged')
  })

  test('one whose rows may still come when another has taken over is found out', async () => {
    const first = stopAt({ isAt: (command) => command === 'hmset' }, 5, stopNow)
    const { chronicles } = await takeTurns({ first, second: sparing, after: 0 })
    await expect(checkAll([redis.url], chronicles)).rejects.toThrow(/not (the newest|that of the last)/)
  })
})

type Turns = {
  /** What comes between the first host and its store, and stops it. */
  readonly first: Judge
  readonly second: Judge
  /** Entries that the second one writes when the first one goes on. */
  readonly after: number
}

/** One host writes until it is stopped; another takes over and writes; then the first one goes on. */
async function takeTurns({ first, second, after }: Turns): Promise<{ chronicles: Chronicle[]; one: OpenStore }> {
  const way = await RedisProxy.start(redis.port, redis.host)
  way.judge = second
  const one = await OpenStore.open([proxy.url])
  const chronicles = await openChronicles(one, CHRONICLES)
  await keepOwners()
  let isStopped = false
  const stopped = new Promise<void>((resolve) => {
    onStop = () => {
      isStopped = true
      resolve()
    }
  })
  proxy.judge = first
  const writing = Promise.allSettled(chronicles.map((chronicle) => writeWhile(() => !isStopped, chronicle, 'one')))
  await stopped
  const two = await OpenStore.open([way.url])
  const continued = chronicles.map(({ actor, acknowledged }) => new Chronicle(actor, acknowledged))
  for (const chronicle of continued) await chronicle.open(two)
  await Promise.all(continued.map((chronicle) => writeMany(chronicle, 'two', ENTRIES)))
  // Its rows have gone out by now, too: what comes later would stand over them.
  for (const chronicle of continued) await chronicle.check(two)
  proxy.thaw()
  await Promise.all(continued.map((chronicle) => writeMany(chronicle, 'two', after)))
  await writing
  await one.close()
  proxy.judge = pass
  await two.close()
  await way.stop()
  return { chronicles: continued, one }
}

let onStop: () => void
function stopNow(): void {
  proxy.freeze()
  onStop()
}

/** A host that does not see another's records, nor another's name where its own has stood. */
function unfenced(judge: Judge): Judge {
  return (parts, command) => {
    const [name, key = ''] = parts.map(String)
    if (name === 'get' && key.endsWith(':owner')) return judge(parts, commandOf(['get', `${key}:of-the-first`]))
    return judge(parts, isRecord(parts) ? commandOf(parts.slice(0, 3)) : command)
  }
}

/** Keeps the names of the owners for one who is to go on believing that they are. */
async function keepOwners(): Promise<void> {
  const client = new Redis(redis.url, { protocol: 2 })
  for (const key of await client.keys('snug:*:owner'))
    await client.set(`${key}:of-the-first`, (await client.get(key)) ?? '')
  client.disconnect()
}

/** One who takes over, and cuts nobody off. */
const sparing: Judge = ([name], command) => (String(name) === 'client' ? { answer: '+OK\r\n' } : { pass: command })

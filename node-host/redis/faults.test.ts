import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SeededRandom } from '#tests/simulation/seeded-random.ts'
import { count } from '#tests/support/counts.ts'
import { Chronicle, OpenStore } from '#tests/support/redis/chronicle.ts'
import { type Fate, type Judge, RedisProxy } from '#tests/support/redis/proxy.ts'
import { commandOf } from '#tests/support/redis/resp.ts'
import { RedisServer } from '#tests/support/redis/server.ts'

const CYCLES = count(20, 200)
const CHRONICLES = 4
const ENTRIES = 20
const OUTSTANDING = 8

let redis: RedisServer
let proxy: RedisProxy
beforeAll(async () => {
  redis = await RedisServer.start()
  proxy = await RedisProxy.start(redis.port)
})
afterAll(async () => {
  await proxy.stop()
  await redis.stop()
})

/** What comes between a host and its store, told when a command passes; undefined: the command goes on. */
type Fault = (random: SeededRandom) => Judge

const pass: Judge = (_parts, command) => ({ pass: command })

/** From one of the next commands on, for a few or for many. */
function stretch(random: SeededRandom, fate: (parts: readonly Buffer[], command: Buffer) => Fate): Judge {
  let before = random.int(1, 60)
  let left = random.int(1, 30)
  return (parts, command) => {
    if (before-- > 0 || left-- <= 0) return { pass: command }
    return fate(parts, command)
  }
}

/** Once, at one of the next commands. */
function once(random: SeededRandom, strike: () => void): Judge {
  let before = random.int(1, 60)
  return (_parts, command) => {
    if (before-- === 0) strike()
    return { pass: command }
  }
}

const isWrite = ([name]: readonly Buffer[]) => !/^(get|mget|hmget|hgetall|z?range)/i.test(String(name))
const answer = (line: string) => ({ answer: `-${line}\r\n` })

const FAULTS: Record<string, Fault> = {
  'the connection is cut': (random) => once(random, () => proxy.cut()),
  'answers are lost after what they answer was carried out': (random) =>
    once(random, () => {
      proxy.losesAnswers = true
      setImmediate(() => {
        proxy.cut()
        proxy.losesAnswers = false
      })
    }),
  'out of memory': (random) =>
    stretch(random, (parts, command) =>
      isWrite(parts) ? answer('OOM command not allowed when used memory > maxmemory') : { pass: command },
    ),
  'loading its data': (random) => stretch(random, () => answer('LOADING Redis is loading the dataset in memory')),
  'read only': (random) =>
    stretch(random, (parts, command) =>
      isWrite(parts) ? answer("READONLY You can't write against a read only replica") : { pass: command },
    ),
  'an error is answered after the command was carried out': (random) =>
    stretch(random, (_parts, command) => ({ pass: command, ...answer('ERR something went wrong on the way') })),
  'the server is killed': (random) =>
    once(random, () => {
      void redis.kill().then(() => redis.up())
    }),
}

test.each(Object.entries(FAULTS))(
  '%s, again and again: nothing acknowledged is lost, and all goes on',
  async (_name, fault) => {
    const host = await OpenStore.open([proxy.url])
    const chronicles = await openChronicles(host)
    for (let seed = 1; seed <= CYCLES; seed++) {
      proxy.judge = fault(new SeededRandom(seed))
      await Promise.all(chronicles.map((chronicle) => writeMany(chronicle, `seed ${seed}`, ENTRIES)))
    }
    proxy.judge = pass
    await host.close()
    await checkAll(chronicles)
    expect(chronicles.map(({ acknowledged }) => acknowledged.length)).toEqual(chronicles.map(() => CYCLES * ENTRIES))
    expect(host.isLost).toBe(false)
    expect(proxy.uncommon).toEqual([])
  },
)

test('a connection on which nothing moves any more is given up, and all goes on', async () => {
  const host = await OpenStore.open([proxy.url])
  const chronicles = await openChronicles(host)
  proxy.judge = once(new SeededRandom(1), () => {
    proxy.freeze()
    void proxy.nextEnd().then(() => proxy.thaw())
  })
  await Promise.all(chronicles.map((chronicle) => writeMany(chronicle, 'one', ENTRIES)))
  await host.close()
  await checkAll(chronicles)
})

describe('a host that is stopped, and goes on when another has taken over', () => {
  for (let seed = 1; seed <= CYCLES; seed++) {
    test(`I10: only one acknowledges, and nothing acknowledged is lost: seed ${seed}`, async () => {
      const random = new SeededRandom(seed)
      const [before, after] = [random.int(0, 20), random.int(1, 20)]
      const chronicles = await takeTurns({ first: freezeAfter(random.int(0, 80)), second: pass, before, after })
      await checkAll(chronicles)
    })
  }

  test('a host that puts its records whatever stands there, and believes that it owns the store, is found out', async () => {
    const first = unfenced(freezeAfter(60))
    const chronicles = await takeTurns({ first, second: sparing, before: 20, after: 20 })
    await expect(checkAll(chronicles)).rejects.toThrow('acknowledged')
  })

  test('a host whose rows may still come after another has taken over is found out', async () => {
    const chronicles = await takeTurns({ first: freezeAtRows(5), second: sparing, before: 20, after: 0 })
    await expect(checkAll(chronicles)).rejects.toThrow(/not (the newest|that of the last)/)
  })
})

test('a store that acknowledges what it has not stored is found out', async () => {
  const host = await OpenStore.open([proxy.url])
  const chronicles = await openChronicles(host)
  await Promise.all(chronicles.map((chronicle) => writeMany(chronicle, 'one', 2)))
  proxy.judge = (parts, command) => (isRecord(parts) ? { answer: '+OK\r\n' } : { pass: command })
  await Promise.all(chronicles.map((chronicle) => chronicle.write('one')))
  proxy.judge = (parts, command) => (isWrite(parts) ? { answer: '+OK\r\n' } : { pass: command })
  await Promise.all(chronicles.map((chronicle) => chronicle.write('one')))
  proxy.judge = pass
  proxy.cut()
  await expect(checkAll(chronicles)).rejects.toThrow('acknowledged')
  await host.close()
})

type Turns = {
  /** What comes between the first host and its store, and freezes it. */
  readonly first: Judge
  readonly second: Judge
  /** Entries that the second one writes before the first one goes on, and after. */
  readonly before: number
  readonly after: number
}

/** One host writes until it is frozen; another takes over and writes; in between the first one goes on. */
async function takeTurns({ first, second, before, after }: Turns): Promise<Chronicle[]> {
  const way = await RedisProxy.start(redis.port)
  way.judge = second
  const one = await OpenStore.open([proxy.url])
  const chronicles = await openChronicles(one)
  await keepOwners()
  proxy.judge = first
  const freezing = isFrozen()
  const writing = Promise.allSettled(chronicles.map((chronicle) => writeMany(chronicle, 'one', ENTRIES)))
  await freezing
  const two = await OpenStore.open([way.url])
  const continued = chronicles.map(({ actor, acknowledged }) => new Chronicle(actor, acknowledged))
  for (const chronicle of continued) await chronicle.open(two)
  await Promise.all(continued.map((chronicle) => writeMany(chronicle, 'two', before)))
  // Its rows have gone out by now, too: what comes later would stand over them.
  for (const chronicle of continued) await chronicle.check(two)
  proxy.thaw()
  await Promise.all(continued.map((chronicle) => writeMany(chronicle, 'two', after)))
  await writing
  await one.close()
  proxy.judge = pass
  await two.close()
  await way.stop()
  return continued
}

let frozen: () => void
function isFrozen(): Promise<void> {
  return new Promise((resolve) => {
    frozen = resolve
  })
}

function freezeAfter(commands: number): Judge {
  let before = commands
  return (_parts, command) => {
    if (before-- === 0) freezeNow()
    return { pass: command }
  }
}

/** When the rows of so many records have gone out, those of the next are held up. */
function freezeAtRows(records: number): Judge {
  let before = records
  return (parts, command) => {
    if (String(parts[0]) === 'hmset' && before-- === 0) freezeNow()
    return { pass: command }
  }
}

function freezeNow(): void {
  proxy.freeze()
  frozen()
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

function isRecord([name, key]: readonly Buffer[]): boolean {
  return String(name) === 'set' && String(key).includes(':log:')
}

let made = 0
async function openChronicles(host: OpenStore): Promise<Chronicle[]> {
  const chronicles = Array.from({ length: CHRONICLES }, () => new Chronicle(`room:${made++}`))
  for (const chronicle of chronicles) await chronicle.open(host)
  return chronicles
}

async function writeMany(chronicle: Chronicle, by: string, entries: number): Promise<void> {
  let left = entries
  const one = async () => {
    while (left-- > 0) await chronicle.write(by)
  }
  await Promise.all(Array.from({ length: OUTSTANDING }, one))
}

async function checkAll(chronicles: readonly Chronicle[]): Promise<void> {
  const fresh = await OpenStore.open([redis.url])
  try {
    for (const chronicle of chronicles) await chronicle.check(fresh)
  } finally {
    await fresh.close()
  }
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SeededRandom } from '#tests/simulation/seeded-random.ts'
import { count } from '#tests/support/counts.ts'
import { Chronicle, OpenStore } from '#tests/support/redis/chronicle.ts'
import { type Fate, type Judge, RedisProxy } from '#tests/support/redis/proxy.ts'
import { commandOf } from '#tests/support/redis/resp.ts'
import { RedisServer } from '#tests/support/redis/server.ts'

const CYCLES = count(20, 200)
const CHRONICLES = 4
const ENTRIES = 40
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
  let before = random.int(1, 200)
  let left = random.int(1, 30)
  return (parts, command) => {
    if (before-- > 0 || left-- <= 0) return { pass: command }
    return fate(parts, command)
  }
}

/** Once, at one of the next commands. */
function once(random: SeededRandom, strike: () => void): Judge {
  let before = random.int(1, 200)
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

describe.each(Object.entries(FAULTS))('%s', (_name, fault) => {
  for (let seed = 1; seed <= CYCLES; seed++) {
    test(`nothing acknowledged is lost, and all goes on: seed ${seed}`, async () => {
      const host = await OpenStore.open([proxy.url])
      const chronicles = await openChronicles(host)
      proxy.judge = fault(new SeededRandom(seed))
      await Promise.all(chronicles.map((chronicle) => writeMany(chronicle, 'one', ENTRIES)))
      proxy.judge = pass
      await host.close()
      await checkAll(chronicles)
      expect(chronicles.map(({ acknowledged }) => acknowledged.length)).toEqual(chronicles.map(() => ENTRIES))
      expect(host.isLost).toBe(false)
      expect(proxy.uncommon).toEqual([])
    })
  }
})

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
      const chronicles = await takeTurns(random, freezeAfter(random.int(0, 150)))
      await checkAll(chronicles)
    })
  }

  test('a host that puts its records whatever stands there, and believes that it owns the store, is found out', async () => {
    const chronicles = await takeTurns(new SeededRandom(1), unfenced(freezeAfter(60)), sparing)
    await expect(checkAll(chronicles)).rejects.toThrow(/acknowledged|gaps|newest/)
  })

  test('a host whose rows may still come after another has taken over is found out', async () => {
    const chronicles = await takeTurns(new SeededRandom(1), freezeAtRows(5), sparing)
    await expect(checkAll(chronicles)).rejects.toThrow('not the newest')
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

/** One host writes until it is frozen; another takes over and writes; in between the first one goes on. */
async function takeTurns(random: SeededRandom, judge: Judge, ofSecond: Judge = pass): Promise<Chronicle[]> {
  const second = await RedisProxy.start(redis.port)
  second.judge = ofSecond
  const one = await OpenStore.open([proxy.url])
  const chronicles = await openChronicles(one)
  proxy.judge = judge
  const writing = Promise.allSettled(chronicles.map((chronicle) => writeMany(chronicle, 'one', ENTRIES)))
  await isFrozen()
  const two = await OpenStore.open([second.url])
  const continued = chronicles.map(({ actor, acknowledged }) => new Chronicle(actor, acknowledged))
  for (const chronicle of continued) await chronicle.open(two)
  await Promise.all(continued.map((chronicle) => writeMany(chronicle, 'two', random.int(0, 20))))
  proxy.thaw()
  await Promise.all(continued.map((chronicle) => writeMany(chronicle, 'two', random.int(1, 20))))
  await writing
  await one.close()
  proxy.judge = pass
  await two.close()
  await second.stop()
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
  // Whoever waits for it may not have said so yet.
  setImmediate(() => frozen())
}

/** A host that does not see another's records, nor another's name where its own has stood. */
function unfenced(judge: Judge): Judge {
  const owners = new Map<string, string>()
  return (parts, command) => {
    const [name, key = '', value = ''] = parts.map((part) => part.toString('latin1'))
    if (name === 'get' && key.endsWith(':owner')) {
      const owner = owners.get(key)
      return owner === undefined ? judge(parts, command) : { answer: `$${owner.length}\r\n${owner}\r\n` }
    }
    if (isRecord(parts)) return judge(parts, commandOf(parts.slice(0, 3)))
    if (name === 'set') owners.set(key, value)
    return judge(parts, command)
  }
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

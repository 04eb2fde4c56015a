import type { SeededRandom } from '#tests/simulation/seeded-random.ts'
import type { Fate, Judge, RedisProxy } from './proxy.ts'
import type { AnyRedis, RedisServer } from './server.ts'

/** A server, and the way to it on which things break. */
export type Place<Redis extends AnyRedis = AnyRedis> = { readonly redis: Redis; readonly proxy: RedisProxy }

/** What comes between a host and its store. It says each time it strikes, or when what it did is over. */
export type Fault<Redis extends AnyRedis = AnyRedis> = (
  random: SeededRandom,
  place: Place<Redis>,
  struck: () => void,
) => Judge

/** From one of the next commands on, for a few or for many. */
function stretch(fate: (parts: readonly Buffer[], command: Buffer) => Fate): Fault {
  return (random, _place, struck) => {
    let before = random.int(1, 60)
    let left = random.int(1, 30)
    return (parts, command) => {
      if (before-- > 0 || left-- <= 0) return { pass: command }
      struck()
      return fate(parts, command)
    }
  }
}

/** Once, at one of the next commands. */
function once<Redis extends AnyRedis = AnyRedis>(strike: (place: Place<Redis>) => unknown): Fault<Redis> {
  return (random, place, struck) => {
    let before = random.int(1, 60)
    return (_parts, command) => {
      if (before-- === 0) void Promise.resolve(strike(place)).then(struck)
      return { pass: command }
    }
  }
}

export const pass: Judge = (_parts, command) => ({ pass: command })
export const isWrite = ([name]: readonly Buffer[]) => !/^(get|mget|hmget|hgetall|z?range)/i.test(String(name))
export const isRecord = ([name, key]: readonly Buffer[]) => String(name) === 'set' && String(key).includes(':log:')
const answer = (line: string) => ({ answer: `-${line}\r\n` })

/** Those that pass in no time. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'the connection is cut': once(({ proxy }) => proxy.cut()),
  'answers are lost after what they answer was carried out': once(({ proxy }) => {
    proxy.losesAnswers = true
    setImmediate(() => {
      proxy.cut()
      proxy.losesAnswers = false
    })
  }),
  'out of memory': stretch((parts, command) =>
    isWrite(parts) ? answer('OOM command not allowed when used memory > maxmemory') : { pass: command },
  ),
  'loading its data': stretch(() => answer('LOADING Redis is loading the dataset in memory')),
  'read only': stretch((parts, command) =>
    isWrite(parts) ? answer("READONLY You can't write against a read only replica") : { pass: command },
  ),
  'an error is answered after the command was carried out': stretch((_parts, command) => ({
    pass: command,
    ...answer('ERR something went wrong on the way'),
  })),
}

/** Of a server of our own. */
export const KILL: Fault<RedisServer> = once(async ({ redis }) => {
  await redis.kill()
  await redis.up()
})

/** Until the host gives the connections up. */
export const STALL: Fault = once(({ proxy }) => proxy.stall())

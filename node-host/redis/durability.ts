import { type Command, type Connection, listIn, textIn } from './connection.ts'

/** What an acknowledgement survives where the server is set up as it is. */
export type Durability = {
  /**
   * `power-safe`: a power cut; `crash-safe`: the end of the server's process; `unsafe`: not even that. `unknown`: it does
   * not tell.
   */
  readonly survives: 'power-safe' | 'crash-safe' | 'unsafe' | 'unknown'
  /** The server and its version. */
  readonly server: string
  /** What makes it so, and what would make it better. */
  readonly reason: string
}

const UNTOLD =
  'it does not tell how it keeps what is written (CONFIG GET is forbidden there, or answers nothing): allow that command'

type Look = (name: string) => Promise<string | undefined>

/** Asks a server what it does with a write before it answers. */
export async function durabilityOf(connection: Connection): Promise<Durability> {
  const [info] = await connection.send([['info', 'server']])
  const fields = new Map(
    (textIn(info) ?? '')
      .split(/\r?\n/)
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  )
  const look: Look = (name) => configured(connection, ['config', 'get', name])
  const version = (field: string) => fields.get(field)
  if (version('pika_version')) return durabilityOfPika(`Pika ${version('pika_version')}`, look)
  if (version('kvrocks_version')) return durabilityOfKvrocks(`Kvrocks ${version('kvrocks_version')}`, look)
  if (version('valkey_version')) return durabilityOfRedis(`Valkey ${version('valkey_version')}`, look)
  return durabilityOfRedis(`Redis ${version('redis_version') ?? 'of an unknown version'}`, look)
}

async function configured(connection: Connection, command: Command): Promise<string | undefined> {
  // Some servers do not know a setting, or do not tell.
  const [pair] = await connection.send([command]).catch(() => [])
  return textIn(listIn(pair)[1])
}

async function durabilityOfPika(server: string, look: Look): Promise<Durability> {
  const cache = await look('cache-model')
  if (cache !== undefined && cache !== '0')
    return { survives: 'unsafe', server, reason: 'its cache may answer with what is old: set cache-model to 0' }
  return {
    survives: 'crash-safe',
    server,
    reason: 'it never waits for the disk: a power cut can take the last seconds',
  }
}

async function durabilityOfKvrocks(server: string, look: Look): Promise<Durability> {
  const [isUnlogged, sync] = [await look('rocksdb.write_options.disable_wal'), await look('rocksdb.write_options.sync')]
  if (isUnlogged === undefined && sync === undefined) return { survives: 'unknown', server, reason: UNTOLD }
  if (isUnlogged === 'yes')
    return {
      survives: 'unsafe',
      server,
      reason: 'it keeps no log of what is written: set rocksdb.write_options.disable_wal to no',
    }
  if (sync === 'yes') return { survives: 'power-safe', server, reason: 'rocksdb.write_options.sync is yes' }
  return { survives: 'crash-safe', server, reason: 'rocksdb.write_options.sync is not yes' }
}

async function durabilityOfRedis(server: string, look: Look): Promise<Durability> {
  const eviction = await look('maxmemory-policy')
  if (eviction !== undefined && eviction !== 'noeviction')
    return {
      survives: 'unsafe',
      server,
      reason: `it throws away what it holds (maxmemory-policy ${eviction}): set noeviction`,
    }
  const log = await look('appendonly')
  if (log === undefined) return { survives: 'unknown', server, reason: UNTOLD }
  if (log !== 'yes')
    return { survives: 'unsafe', server, reason: 'it keeps no log of what is written: set appendonly to yes' }
  return { server, ...(await syncOfRedis(look)) }
}

async function syncOfRedis(look: Look): Promise<Pick<Durability, 'survives' | 'reason'>> {
  const sync = await look('appendfsync')
  if (sync !== 'always')
    return { survives: 'crash-safe', reason: `appendfsync is ${sync}: a power cut can take the last second` }
  if ((await look('no-appendfsync-on-rewrite')) === 'yes')
    return {
      survives: 'crash-safe',
      reason:
        'no-appendfsync-on-rewrite is yes: a power cut can take what comes while it rewrites its log, so set it to no',
    }
  return { survives: 'power-safe', reason: 'appendfsync is always' }
}

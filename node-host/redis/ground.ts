import { randomBytes, randomUUID } from 'node:crypto'
import * as z from 'zod/mini'
import { StartError } from '../start-error.ts'
import { within } from '../within.ts'
import { type Command, Connection, textIn } from './connection.ts'
import { type Durability, durabilityOf } from './durability.ts'
import { FORMAT_KEY, Layout, LEASE_KEY, serverOf } from './layout.ts'
import { RENEW_EVERY_MS, renewal, waitForLease } from './lease.ts'
import { Server } from './server.ts'
import { someObjects } from './some-objects.ts'

/** Raised when an older Snug could not read what this one writes. */
const FORMAT = 1
/** Each has a log of its own. More would spread over more servers, and gather fewer commits into a record. */
const NEW_PARTITIONS = 16
const GIVE_BACK_WITHIN_MS = 500

const formatSchema = z.object({
  format: z.int(),
  store: z.string(),
  partitions: z.int().check(z.minimum(1), z.maximum(1024)),
  /** Which of how many servers this is, from 0. */
  server: z.int(),
  servers: z.int(),
})
type Format = z.infer<typeof formatSchema>

/** The servers of a store, as each thread needs to know them. */
export type RedisFormat = {
  readonly urls: readonly string[]
  readonly partitions: number
  /** Names this process among all that ever used the store. */
  readonly host: string
}

export type Checks = {
  readonly judge?: (durability: Durability, place: string) => void
  /** Is told the keys of some objects that files have. */
  readonly files?: (keys: readonly string[], place: string) => Promise<void>
}

export type RedisGround = {
  readonly format: RedisFormat
  release(): Promise<void>
}

/**
 * Makes this process the one owner of a store on one or several servers: whoever owned it before is cut off. Throws a
 * StartError where a server does not answer, is in use, or belongs to another store. `checks` may refuse it by throwing,
 * before anybody is cut off; `judge` before anything is changed.
 */
export async function takeServers(
  urls: readonly string[],
  onLost: () => void,
  checks: Checks = {},
): Promise<RedisGround> {
  const host = randomBytes(12).toString('base64url')
  const connections = await openAll(urls)
  try {
    const durabilities = await Promise.all(connections.map(durabilityOf))
    for (const [i, durability] of durabilities.entries()) checks.judge?.(durability, placeOf(urls[i]))
    const partitions = await agreeOnFormat(connections, urls)
    await Promise.all(connections.map((connection, i) => waitForLease(connection, placeOf(urls[i]))))
    await checks.files?.(await someObjects(connections, partitions), placeOf(urls[0]))
    await Promise.all(
      connections.map((connection, i) => takeOver(connection, host, ownersOn(i, urls.length, partitions))),
    )
    const leases = urls.map((url, i) => keepLease(url, host, ownersOn(i, urls.length, partitions), onLost))
    return {
      format: { urls, partitions, host },
      async release() {
        await Promise.all(leases.map((lease) => lease.end()))
      },
    }
  } finally {
    for (const connection of connections) connection.close()
  }
}

/** A URL without what is secret in it. */
function placeOf(url: string | undefined): string {
  const { protocol, host, pathname } = new URL(url ?? 'redis://nowhere')
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`
}

async function openAll(urls: readonly string[]): Promise<Connection[]> {
  const opened = await Promise.allSettled(urls.map((url) => Connection.open(url)))
  const connections = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  for (const [i, each] of opened.entries()) {
    if (each.status === 'fulfilled') continue
    for (const connection of connections) connection.close()
    const reason = each.reason instanceof Error ? each.reason.message : String(each.reason)
    throw new StartError(`The store at ${placeOf(urls[i])} cannot be used: ${reason}.`, { cause: each.reason })
  }
  return connections
}

/** Every server says which of which store it is; new ones are told. Answers the number of partitions. */
async function agreeOnFormat(connections: readonly Connection[], urls: readonly string[]): Promise<number> {
  const found = await Promise.all(connections.map(formatOf))
  const first = found.find((format) => format !== undefined)
  const store = first?.store ?? randomUUID()
  const partitions = first?.partitions ?? NEW_PARTITIONS
  for (const [server, format] of found.entries()) {
    const expected: Format = { format: FORMAT, store, partitions, server, servers: urls.length }
    if (format) assertSame(format, expected, placeOf(urls[server]))
    else if (first)
      throw new StartError(
        `The store at ${placeOf(urls[server])} is empty, though others hold data: is it the right one?`,
      )
    else await connections[server]?.send([['set', FORMAT_KEY, JSON.stringify(expected), 'NX']])
  }
  return partitions
}

async function formatOf(connection: Connection): Promise<Format | undefined> {
  const [reply] = await connection.send([['get', FORMAT_KEY]])
  const text = textIn(reply)
  return text === undefined ? undefined : z.parse(formatSchema, JSON.parse(text))
}

function assertSame(found: Format, expected: Format, place: string): void {
  if (found.format > expected.format)
    throw new StartError(`The store at ${place} was written by a newer Snug (format ${found.format}): use that one.`)
  if (found.store !== expected.store)
    throw new StartError(`The store at ${place} belongs to another Snug than the others that were named with it.`)
  if (found.servers !== expected.servers)
    throw new StartError(
      `The store at ${place} is one of ${found.servers}, but ${expected.servers} were named: name all, as before.`,
    )
  if (found.server !== expected.server)
    throw new StartError(
      `The store at ${place} is the ${found.server + 1}. of ${found.servers}, but stands in place ${expected.server + 1}: keep the order.`,
    )
}

/** The keys that say who owns the partitions of a server. */
function ownersOn(server: number, servers: number, partitions: number): string[] {
  const all = Array.from({ length: partitions }, (_, i) => i)
  return all
    .filter((partition) => serverOf(partition, servers) === server)
    .map((partition) => new Layout(partition).owner)
}

/** From here on whoever was the owner finds that it is not, at the latest when it says its next word. */
async function takeOver(connection: Connection, host: string, owners: readonly string[]): Promise<void> {
  await connection.send([renewal(host, 0), ...owners.map((key): Command => ['set', key, host])])
  await cutOthers(connection)
}

/** Ends all other connections: what was sent on them and not carried out never will be. */
export async function cutOthers(connection: Connection): Promise<void> {
  // Where a server does not allow it, an owner's time has passed before another takes its place (lease.ts).
  await connection.send([['client', 'kill', 'type', 'normal']]).catch(() => {})
}

function keepLease(url: string, host: string, owners: readonly string[], onLost: () => void): { end(): Promise<void> } {
  const [key = ''] = owners
  const claim = { key, isOurs: (owner: string | undefined) => owner?.startsWith(host) ?? false }
  const server = new Server(url, key === '' ? [] : [claim], onLost)
  let beat = 0
  let renewing: Promise<unknown> | undefined
  const timer = setInterval(() => {
    renewing ??= renew().finally(() => {
      renewing = undefined
    })
  }, RENEW_EVERY_MS)
  const renew = async () => {
    try {
      await server.whenOpen()
      await server.confirm()
      await server.send([renewal(host, ++beat)])
    } catch {
      server.drop()
    }
  }
  const giveBack = async () => {
    await renewing
    await server.send([['del', LEASE_KEY]]).catch(() => {})
  }
  return {
    async end() {
      clearInterval(timer)
      // Where the server does not answer, the lease runs out by itself.
      await within(GIVE_BACK_WITHIN_MS, giveBack())
      server.close()
    },
  }
}

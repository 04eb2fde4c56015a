import { randomBytes, randomUUID } from 'node:crypto'
import * as z from 'zod/mini'
import type { Log } from '#durable/ports/log.ts'
import type { Outages } from '../outages.ts'
import { StartError } from '../start-error.ts'
import { within } from '../within.ts'
import { type Command, type Connection, textIn } from './connection.ts'
import { type Durability, durabilityOf } from './durability.ts'
import { FORMAT_KEY, Layout, LEASE_KEY, serverOf } from './layout.ts'
import { RENEW_EVERY_MS, renewal, waitForLease } from './lease.ts'
import { openAt, orSayWhy, placeOf, waitUntilLoaded, wordsOf } from './refusals.ts'
import { Server, type ServerOptions } from './server.ts'
import { someObjects } from './some-objects.ts'

/** Raised when an older Snug could not read what this one writes. */
const FORMAT = 1
/** Each has a log of its own. More would spread over more servers, and gather fewer commits into a record. */
const NEW_PARTITIONS = 16
const GIVE_BACK_WITHIN_MS = 500
const NOBODY_CUT_OFF =
  'the store does not let Snug end the connections of others (CLIENT KILL): a host that was held up is kept from writing by the time of its lease alone'

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

export type RedisGround = {
  readonly format: RedisFormat
  release(): Promise<void>
}

export type TakingOptions = {
  readonly log: Log
  /** Another host is the owner now. */
  readonly onLost: () => void
  /** May refuse a server by throwing, before anything is changed. */
  readonly judge?: (durability: Durability, place: string) => void
  /** Is told the keys of some objects that files have; may refuse the store by throwing, before anybody is cut off. */
  readonly files?: (keys: readonly string[], place: string) => Promise<void>
  readonly outages?: Outages | undefined
}

/**
 * Makes this process the one owner of a store on one or several servers: whoever owned it before is cut off. Throws a
 * StartError where a server does not answer, refuses, is in use, or belongs to another store.
 */
export async function takeServers(urls: readonly string[], options: TakingOptions): Promise<RedisGround> {
  const host = randomBytes(12).toString('base64url')
  const connections = await openAll(urls)
  try {
    return await takeAll(connections, urls, host, options)
  } finally {
    for (const connection of connections) connection.close()
  }
}

async function takeAll(
  connections: readonly Connection[],
  urls: readonly string[],
  host: string,
  { log, onLost, judge, files, outages }: TakingOptions,
): Promise<RedisGround> {
  const onEach = <T>(work: (connection: Connection, place: string, server: number) => Promise<T>): Promise<T[]> => {
    const all = connections.map((connection, i) => ({ connection, place: placeOf(urls[i]) }))
    return Promise.all(all.map(({ connection, place }, i) => orSayWhy(place, () => work(connection, place, i))))
  }
  await onEach((connection, place) => waitUntilLoaded(connection, place, log))
  const durabilities = await onEach((connection) => durabilityOf(connection))
  for (const [i, durability] of durabilities.entries()) judge?.(durability, placeOf(urls[i]))
  const formats = agreeOnFormat(await onEach(formatOf), urls)
  const partitions = formats[0]?.partitions ?? 0
  const owners = (server: number) => ownersOn(server, urls.length, partitions)
  await onEach((connection, _place, i) => connection.send([['set', FORMAT_KEY, JSON.stringify(formats[i]), 'NX']]))
  await onEach(waitForLease)
  await files?.(await orSayWhy(placeOf(urls[0]), () => someObjects(connections, partitions)), placeOf(urls[0]))
  await onEach(async (connection, place, i) => {
    const refusal = await takeOver(connection, host, owners(i))
    if (refusal) log.warn(NOBODY_CUT_OFF, { at: place, reason: wordsOf(refusal) })
  })
  const leases = urls.map((url, i) => keepLease({ url, onLost, outages }, host, owners(i)))
  return {
    format: { urls, partitions, host },
    async release() {
      await Promise.all(leases.map((lease) => lease.end()))
    },
  }
}

async function openAll(urls: readonly string[]): Promise<Connection[]> {
  const opened = await Promise.allSettled(urls.map(openAt))
  const connections = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const failed = opened.find((each) => each.status === 'rejected')
  if (!failed) return connections
  for (const connection of connections) connection.close()
  throw failed.reason
}

/** Every server says which of which store it is. Answers what each is to say, those that are new among them. */
function agreeOnFormat(found: readonly (Format | undefined)[], urls: readonly string[]): Format[] {
  const first = found.find((format) => format !== undefined)
  const { store, partitions } = first ?? { store: randomUUID(), partitions: NEW_PARTITIONS }
  return found.map((format, server) => {
    const expected: Format = { format: FORMAT, store, partitions, server, servers: urls.length }
    if (format) assertSame(format, expected, placeOf(urls[server]))
    else if (first)
      throw new StartError(
        `The store at ${placeOf(urls[server])} is empty, though others hold data: is it the right one?`,
      )
    return expected
  })
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
async function takeOver(connection: Connection, host: string, owners: readonly string[]): Promise<unknown> {
  await connection.send([renewal(host, 0), ...owners.map((key): Command => ['set', key, host])])
  return cutOthers(connection)
}

/**
 * Ends all other connections: what was sent on them and not carried out never will be. Answers why, where the server does
 * not allow it: an owner's time has passed then before another takes its place (lease.ts).
 */
export async function cutOthers(connection: Connection): Promise<unknown> {
  return connection.send([['client', 'kill', 'type', 'normal']]).then(
    () => undefined,
    (refusal: unknown) => refusal,
  )
}

function keepLease(
  options: Omit<ServerOptions, 'claims'>,
  host: string,
  owners: readonly string[],
): { end(): Promise<void> } {
  const [key = ''] = owners
  const claim = { key, isOurs: (owner: string | undefined) => owner?.startsWith(host) ?? false }
  const server = new Server({ ...options, claims: key === '' ? [] : [claim] })
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
      server.goesOn(claim)
    } catch (error) {
      server.fails(claim, error)
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

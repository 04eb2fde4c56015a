import { randomBytes } from 'node:crypto'
import { Partitions } from '../partitions.ts'
import type { ActorPartition, ActorStore, ActorStoreEvents, TableName } from '../stores.ts'
import { within } from '../within.ts'
import { type Command, listIn, textIn } from './connection.ts'
import { cutOthers, type RedisFormat } from './ground.ts'
import { Layout, serverOf, tableOfIndex } from './layout.ts'
import { RedisPartition } from './partition.ts'
import { openAt, orSayWhy, placeOf } from './refusals.ts'
import { type Claim, Server } from './server.ts'

const SCANNED_AT_ONCE = 1_000
/** A server that is gone may stay away for hours; by now its actors have waited for it already (actor-system.ts). */
const CLOSE_WITHIN_MS = 500

export type RedisShare = { readonly format: RedisFormat; readonly isMine: (partition: number) => boolean }

/** A store on servers of the Redis protocol, or a thread's share of it: actors are spread over partitions by their ids. */
export class RedisStore implements ActorStore {
  readonly #servers: readonly Server[]
  /** By their number in the store; those that are not open here are missing. */
  readonly #partitions: Partitions<RedisPartition>

  private constructor(servers: readonly Server[], partitions: readonly (RedisPartition | undefined)[]) {
    this.#servers = servers
    this.#partitions = new Partitions(partitions)
  }

  /** Opens some partitions of a store that this process owns already (ground.ts). */
  static async openShare({ format, isMine }: RedisShare, events: ActorStoreEvents): Promise<RedisStore> {
    const writer = randomBytes(12).toString('base64url')
    const { urls, partitions, host } = format
    const onLost = () => events.onFailure(new Error('another host uses the store now'))
    const mine = Array.from({ length: partitions }, (_, i) => i).filter(isMine)
    const claims = new Map<number, Claim>(
      mine.map((i) => [i, { key: new Layout(i).owner, isOurs: (owner) => owner === `${host}/${writer}` }]),
    )
    const servers = await Promise.all(
      urls.map(async (url, server) => {
        const here = mine.filter((partition) => serverOf(partition, urls.length) === server)
        await orSayWhy(placeOf(url), () => claim(url, host, writer, here))
        const owned = here.flatMap((partition) => claims.get(partition) ?? [])
        return new Server({ url, claims: owned, onLost, outages: events.outages })
      }),
    )
    const openings = Array.from({ length: partitions }, async (_, i) => {
      const at = serverOf(i, urls.length)
      const [owned, server] = [claims.get(i), servers[at]]
      if (!owned || !server) return undefined
      await server.whenOpen()
      const opening = () => RedisPartition.open({ server, layout: new Layout(i), claim: owned, writer, ...events })
      return orSayWhy(placeOf(urls[at]), opening)
    })
    return new RedisStore(servers, await Promise.all(openings))
  }

  partitionOf(actor: string): ActorPartition {
    return this.#partitions.of(actor)
  }

  get batches(): Promise<unknown> | undefined {
    return this.#partitions.batches
  }

  async alarms(): Promise<[actor: string, at: number][]> {
    const all = await Promise.all(this.#partitions.open.map((partition) => partition.alarms()))
    return all.flat()
  }

  async *tables(): AsyncIterable<TableName> {
    for (const server of this.#servers) {
      for await (const key of keysOn(server)) {
        const found = tableOfIndex(key)
        if (found && this.#partitions.has(found.partition)) yield { actor: found.actor, table: found.table }
      }
    }
  }

  async settled(): Promise<void> {
    await Promise.all(this.#partitions.open.map((partition) => partition.settled()))
  }

  async close(): Promise<boolean> {
    const { open } = this.#partitions
    const closings = Promise.all(open.map((partition) => partition.close()))
    const isInTime = await within(CLOSE_WITHIN_MS, closings)
    if (!isInTime) for (const partition of open) partition.giveUp()
    for (const server of this.#servers) server.close()
    return isInTime && (await closings).every(Boolean)
  }
}

/** The server tells a key twice where it moved while it looked. */
async function* keysOn(server: Server): AsyncIterable<string> {
  const told = new Set<string>()
  let cursor = '0'
  await server.whenOpen()
  do {
    const [reply] = await server.send([['scan', cursor, 'MATCH', 'snug:*', 'COUNT', SCANNED_AT_ONCE]])
    const [next, keys] = listIn(reply)
    for (const key of listIn(keys).map((each) => textIn(each) ?? '')) {
      if (!told.has(key)) yield key
      told.add(key)
    }
    cursor = textIn(next) ?? '0'
  } while (cursor !== '0')
}

/** Makes this opening the owner of partitions. A thread that had them before, and died, is cut off first. */
async function claim(url: string, host: string, writer: string, partitions: readonly number[]): Promise<void> {
  if (partitions.length === 0) return
  const connection = await openAt(url)
  try {
    const keys = partitions.map((partition) => new Layout(partition).owner)
    const owners = await connection.send(keys.map((key) => ['get', key]))
    const names = owners.map((owner) => textIn(owner) ?? '')
    if (names.some((name) => !name.startsWith(host))) throw new Error('another host uses the store now')
    await connection.send(keys.map((key): Command => ['set', key, `${host}/${writer}`]))
    if (names.some((name) => name !== host)) await cutOthers(connection)
  } finally {
    connection.close()
  }
}

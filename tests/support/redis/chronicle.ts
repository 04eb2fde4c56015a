import { expect } from 'vitest'
import { partitionNumber } from '#node-host/partitions.ts'
import { type RedisGround, takeServers } from '#node-host/redis/ground.ts'
import { serverOf } from '#node-host/redis/layout.ts'
import { RedisStore } from '#node-host/redis/store.ts'
import { ActorStorage } from '#node-host/storage.ts'
import type { ActorStore } from '#node-host/stores.ts'
import { fromUtf8, toUtf8 } from '#protocol/text.ts'

const SILENT = { info: () => {}, warn: () => {}, error: () => {} }

/** A host's part of a store: opened, as a host opens it, and told when another one has taken over. */
export class OpenStore {
  readonly store: ActorStore
  readonly #ground: RedisGround
  readonly #losses: Error[]

  private constructor(store: ActorStore, ground: RedisGround, losses: Error[]) {
    this.store = store
    this.#ground = ground
    this.#losses = losses
  }

  static async open(urls: readonly string[]): Promise<OpenStore> {
    const losses: Error[] = []
    const onFailure = (error = new Error('another host uses the store now')) => void losses.push(error)
    const ground = await takeServers(urls, { log: SILENT, onLost: onFailure })
    const share = { format: ground.format, isMine: () => true }
    const store = await RedisStore.openShare(share, { onBatch: () => {}, onFailure })
    return new OpenStore(store, ground, losses)
  }

  /** Whether it has found that it is not the owner any more. A real host has ended by then. */
  get isLost(): boolean {
    return this.#losses.length > 0
  }

  get servers(): number {
    return this.#ground.format.urls.length
  }

  /** On which of its servers an actor is kept. */
  serverOf(actor: string): number {
    return serverOf(partitionNumber(actor, this.#ground.format.partitions), this.servers)
  }

  async close(): Promise<void> {
    await this.store.close()
    await this.#ground.release()
  }
}

/** What a row was said to hold when its commit was acknowledged. */
type Said = { readonly number: number; readonly text: string }

/**
 * A timeline that somebody writes to, entry by entry, as an actor would: each commit adds an entry and replaces the row
 * that says which one is the last. Keeps what was acknowledged, to compare it with what is there afterwards.
 */
export class Chronicle {
  readonly actor: string
  readonly acknowledged: Said[]
  #storage: ActorStorage | undefined
  #next = 1

  constructor(actor: string, acknowledged: Said[] = []) {
    this.actor = actor
    this.acknowledged = acknowledged
  }

  /** Goes on where the rows end. */
  async open({ store }: OpenStore): Promise<void> {
    this.#storage = new ActorStorage(store.partitionOf(this.actor), this.actor)
    const [last] = await this.#storage.range('timeline', Number.MAX_SAFE_INTEGER, 1, 1)
    this.#next = (last?.[0] ?? 0) + 1
  }

  /** Resolves when the entry is acknowledged. */
  async write(by: string): Promise<void> {
    if (!this.#storage) throw new Error('not open')
    const number = this.#next++
    const text = `${by} ${number}`
    const value = toUtf8(text)
    await this.#storage.commit({
      writes: [
        { table: 'timeline', key: number, value },
        { table: 'state', key: 'last', value },
      ],
      wakeAt: number,
    })
    this.acknowledged.push({ number, text })
  }

  async settled(): Promise<void> {
    await this.#storage?.settled()
  }

  /** Throws where something that was acknowledged is not there, or there is what nobody could have written. */
  async check({ store }: OpenStore): Promise<void> {
    const storage = new ActorStorage(store.partitionOf(this.actor), this.actor)
    const rows = new Map<number, string>()
    for (let after: number | undefined; ; ) {
      const page = await storage.page('timeline', after, 500)
      for (const [key, value] of page) rows.set(Number(key), fromUtf8(value))
      if (page.length < 500) break
      after = Number(page.at(-1)?.[0])
    }
    const wrong = this.acknowledged.filter(({ number, text }) => rows.get(number) !== text)
    expect(wrong, `acknowledged in ${this.actor}, and not there`).toEqual([])
    expect([...rows.keys()], `${this.actor} has gaps`).toEqual(Array.from(rows, (_, i) => i + 1))
    const [last] = await storage.get('state', ['last'])
    expect(last && fromUtf8(last), `the last of ${this.actor} is not the newest`).toBe(rows.get(rows.size))
    const alarm = new Map(await store.alarms()).get(this.actor)
    expect(alarm ?? 0, `the alarm of ${this.actor} is not that of the last`).toBe(rows.size)
  }
}

/** What a writer keeps on its way. */
const OUTSTANDING = 8

let made = 0
/** Of actors on each server in turn. */
export async function openChronicles(host: OpenStore, count: number): Promise<Chronicle[]> {
  const chronicles: Chronicle[] = []
  while (chronicles.length < count) {
    const actor = `room:${made++}`
    if (host.serverOf(actor) === chronicles.length % host.servers) chronicles.push(new Chronicle(actor))
  }
  for (const chronicle of chronicles) await chronicle.open(host)
  return chronicles
}

export function writeMany(chronicle: Chronicle, by: string, entries: number): Promise<void> {
  let left = entries
  return writeWhile(() => left-- > 0, chronicle, by)
}

export async function writeWhile(goesOn: () => boolean, chronicle: Chronicle, by: string): Promise<void> {
  const one = async () => {
    while (goesOn()) await chronicle.write(by)
  }
  await Promise.all(Array.from({ length: OUTSTANDING }, one))
}

/** As whoever opens the store next finds them. */
export async function checkAll(urls: readonly string[], chronicles: readonly Chronicle[]): Promise<void> {
  const fresh = await OpenStore.open(urls)
  try {
    for (const chronicle of chronicles) await chronicle.check(fresh)
  } finally {
    await fresh.close()
  }
}

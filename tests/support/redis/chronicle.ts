import { expect } from 'vitest'
import { takeServers } from '#node-host/redis/ground.ts'
import { RedisStore } from '#node-host/redis/store.ts'
import { ActorStorage } from '#node-host/storage.ts'
import type { ActorStore } from '#node-host/stores.ts'
import { fromUtf8, toUtf8 } from '#protocol/text.ts'

/** A host's part of a store: opened, as a host opens it, and told when another one has taken over. */
export class OpenStore {
  readonly store: ActorStore
  readonly #release: () => Promise<void>
  readonly #losses: Error[]

  private constructor(store: ActorStore, release: () => Promise<void>, losses: Error[]) {
    this.store = store
    this.#release = release
    this.#losses = losses
  }

  static async open(urls: readonly string[]): Promise<OpenStore> {
    const losses: Error[] = []
    const onFailure = (error = new Error('another host uses the store now')) => void losses.push(error)
    const { format, release } = await takeServers(urls, onFailure)
    const store = await RedisStore.openShare({ format, isMine: () => true }, { onBatch: () => {}, onFailure })
    return new OpenStore(store, release, losses)
  }

  /** Whether it has found that it is not the owner any more. A real host has ended by then. */
  get isLost(): boolean {
    return this.#losses.length > 0
  }

  async close(): Promise<void> {
    await this.store.close()
    await this.#release()
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

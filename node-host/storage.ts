import {
  type Commit,
  type Entry,
  type Key,
  MAX_COMMIT_BYTES,
  type Storage,
  type Write,
} from '#durable/ports/storage.ts'
import type { RowsChange } from './store/change.ts'
import { decodeKey, encodeKey, tableEnd, tablePrefix, tableStart } from './store/keys.ts'
import type { Partition } from './store/partition.ts'

/** Called when a commit is durable, before whoever issued it hears of it. */
export type StorageEvents = {
  readonly onAlarm?: (at: number | null) => void
  readonly onRows?: (table: string, rows: number) => void
}

/**
 * One actor's handle on its partition. A read waits for the commits issued on this handle before it: it sees all of
 * them, and nothing that is not durable.
 */
export class ActorStorage implements Storage {
  readonly #partition: Partition
  readonly #actor: string
  readonly #events: StorageEvents
  readonly #prefixes = new Map<string, Buffer>()
  #outstanding = 0
  #last: Promise<void> = Promise.resolve()
  #failure: Error | undefined

  constructor(partition: Partition, actor: string, events: StorageEvents = {}) {
    this.#partition = partition
    this.#actor = actor
    this.#events = events
  }

  async get(table: string, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    await this.#caughtUp()
    const prefix = this.#prefix(table)
    return keys.map((key) => this.#partition.get(encodeKey(prefix, key)))
  }

  async range(table: string, from: number, to: number, maxBytes: number): Promise<Entry<number>[]> {
    await this.#caughtUp()
    const prefix = this.#prefix(table)
    const bounds = { from: encodeKey(prefix, from), to: encodeKey(prefix, to), reverse: from > to }
    const entries: Entry<number>[] = []
    let bytes = 0
    for (const { key, value } of this.#partition.range(bounds)) {
      entries.push([decodeKey(prefix, key) as number, value])
      bytes += value.length
      if (bytes >= maxBytes) break
    }
    return entries
  }

  async page(table: string, after: Key | undefined, limit: number): Promise<Entry[]> {
    await this.#caughtUp()
    const prefix = this.#prefix(table)
    // No key lies between a key and the same with a zero byte added.
    const from = after === undefined ? tableStart(prefix) : Buffer.concat([encodeKey(prefix, after), Buffer.of(0)])
    const entries: Entry[] = []
    for (const { key, value } of this.#partition.range({ from, to: tableEnd(prefix), limit })) {
      entries.push([decodeKey(prefix, key), value])
    }
    return entries
  }

  commit(commit: Commit): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    if (commit.writes.length === 0 && commit.wakeAt === undefined) return this.#last
    let change: RowsChange
    try {
      change = this.#encode(commit)
    } catch (error) {
      return Promise.reject(this.#fail(error))
    }
    this.#outstanding += 1
    this.#last = this.#partition.commit(change).then(
      () => this.#settle(commit),
      (error) => {
        this.#outstanding -= 1
        throw this.#fail(error)
      },
    )
    return this.#last
  }

  /** Whether a commit is on its way. */
  get isBusy(): boolean {
    return this.#outstanding > 0
  }

  /** Resolves when every commit issued so far has been settled, well or badly. */
  async settled(): Promise<void> {
    await this.#last.catch(() => {})
  }

  /** Ends this handle: what was issued goes on, but nothing more is read or written. */
  close(): void {
    this.#fail(new Error('this storage handle is closed'))
  }

  #settle({ writes, wakeAt }: Commit): void {
    this.#outstanding -= 1
    if (wakeAt !== undefined) this.#events.onAlarm?.(wakeAt)
    const { onRows } = this.#events
    if (onRows) for (const { table } of writes) onRows(table, 1)
  }

  #encode({ writes, wakeAt }: Commit): RowsChange {
    let bytes = 0
    const rows = writes.map(({ table, key, value }: Write) => {
      if (value && !(value instanceof Uint8Array)) throw new TypeError(`a row of ${table} is not bytes`)
      const encoded = encodeKey(this.#prefix(table), key)
      bytes += encoded.length + (value?.length ?? 0)
      return { key: encoded, value }
    })
    if (bytes > MAX_COMMIT_BYTES) throw new RangeError(`a commit of ${bytes} bytes, at most ${MAX_COMMIT_BYTES}`)
    return wakeAt === undefined ? { rows, bytes } : { rows, bytes, alarm: { actor: this.#actor, at: wakeAt } }
  }

  #prefix(table: string): Buffer {
    const known = this.#prefixes.get(table)
    if (known) return known
    const prefix = tablePrefix(this.#actor, table)
    this.#prefixes.set(table, prefix)
    return prefix
  }

  async #caughtUp(): Promise<void> {
    if (this.#outstanding > 0) await this.#last
    if (this.#failure) throw this.#failure
  }

  #fail(error: unknown): Error {
    this.#failure ??= error instanceof Error ? error : new Error(String(error))
    return this.#failure
  }
}

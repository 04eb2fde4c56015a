import {
  type Commit,
  type Entry,
  type Key,
  MAX_COMMIT_BYTES,
  type Storage,
  type Write,
} from '#durable/ports/storage.ts'
import type { RowsChange } from './store/change.ts'
import { encodeKey, tablePrefix } from './store/keys.ts'
import type { ActorPartition, TableRows } from './stores.ts'

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
  readonly #partition: ActorPartition
  readonly #actor: string
  readonly #events: StorageEvents
  readonly #prefixes = new Map<string, Buffer>()
  readonly #tables = new Map<string, TableRows>()
  #outstanding = 0
  #last: Promise<void> = Promise.resolve()
  #failure: Error | undefined

  constructor(partition: ActorPartition, actor: string, events: StorageEvents = {}) {
    this.#partition = partition
    this.#actor = actor
    this.#events = events
  }

  async get(table: string, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    await this.#caughtUp()
    return this.#rows(table).get(keys)
  }

  async range(table: string, from: number, to: number, maxBytes: number): Promise<Entry<number>[]> {
    await this.#caughtUp()
    return this.#rows(table).range(from, to, maxBytes)
  }

  async page(table: string, after: Key | undefined, limit: number): Promise<Entry[]> {
    await this.#caughtUp()
    return this.#rows(table).page(after, limit)
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
    return madeOnce(this.#prefixes, table, () => tablePrefix(this.#actor, table))
  }

  #rows(table: string): TableRows {
    return madeOnce(this.#tables, table, () => this.#partition.rows(this.#actor, table))
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

function madeOnce<T>(made: Map<string, T>, name: string, make: () => T): T {
  const known = made.get(name)
  if (known !== undefined) return known
  const fresh = make()
  made.set(name, fresh)
  return fresh
}

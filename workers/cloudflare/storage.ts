import {
  type Commit,
  type Entry,
  type Key,
  MAX_COMMIT_BYTES,
  type Storage,
  type Write,
} from '#durable/ports/storage.ts'
import { decodeKey, encodeKey } from './keys.ts'

/** What it needs of an object's storage. */
export type Disk = Pick<DurableObjectStorage, 'sql' | 'transactionSync' | 'setAlarm' | 'deleteAlarm' | 'sync'>

/** Statements of one row each: they stay prepared, and never come near the bound of 100 parameters. */
const STATEMENTS = {
  // Numbers reach SQLite as floating point; NUMERIC keeps them as integers, and leaves bytes alone.
  create: `CREATE TABLE IF NOT EXISTS rows (tbl TEXT NOT NULL, k NUMERIC NOT NULL, v BLOB NOT NULL,
    PRIMARY KEY (tbl, k)) WITHOUT ROWID`,
  get: 'SELECT v FROM rows WHERE tbl = ? AND k = ?',
  upwards: 'SELECT k, v FROM rows WHERE tbl = ? AND k BETWEEN ? AND ? ORDER BY k',
  downwards: 'SELECT k, v FROM rows WHERE tbl = ? AND k BETWEEN ? AND ? ORDER BY k DESC',
  first: 'SELECT k, v FROM rows WHERE tbl = ? ORDER BY k LIMIT ?',
  tables: 'SELECT DISTINCT tbl FROM rows',
  after: 'SELECT k, v FROM rows WHERE tbl = ? AND k > ? ORDER BY k LIMIT ?',
  put: 'INSERT OR REPLACE INTO rows (tbl, k, v) VALUES (?, ?, ?)',
  delete: 'DELETE FROM rows WHERE tbl = ? AND k = ?',
} as const

/**
 * One actor's handle on the SQLite of its object. SQL answers at once, so a read sees every commit issued before it;
 * that nothing leaves the object before what it rests on is durable, workerd's output gate sees to.
 */
export class ActorStorage implements Storage {
  readonly #disk: Disk
  #last: Promise<void> = Promise.resolve()
  #failure: Error | undefined

  constructor(disk: Disk) {
    this.#disk = disk
    disk.sql.exec(STATEMENTS.create)
  }

  async get(table: string, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map((key) => {
      const [row] = this.#read<[ArrayBuffer]>('get', table, encodeKey(key))
      return row && new Uint8Array(row[0])
    })
  }

  async range(table: string, from: number, to: number, maxBytes: number): Promise<Entry<number>[]> {
    const rows =
      from <= to
        ? this.#read<[number, ArrayBuffer]>('upwards', table, from, to)
        : this.#read<[number, ArrayBuffer]>('downwards', table, to, from)
    const entries: Entry<number>[] = []
    let bytes = 0
    for (const [key, value] of rows) {
      entries.push([key, new Uint8Array(value)])
      bytes += value.byteLength
      if (bytes >= maxBytes) break
    }
    return entries
  }

  async page(table: string, after: Key | undefined, limit: number): Promise<Entry[]> {
    const rows =
      after === undefined
        ? this.#read<[number | ArrayBuffer, ArrayBuffer]>('first', table, limit)
        : this.#read<[number | ArrayBuffer, ArrayBuffer]>('after', table, encodeKey(after), limit)
    return [...rows].map(([key, value]) => [decodeKey(key), new Uint8Array(value)])
  }

  tables(): string[] {
    return [...this.#read<[string]>('tables')].map(([table]) => table)
  }

  commit(commit: Commit): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    if (commit.writes.length === 0 && commit.wakeAt === undefined) return this.#last
    try {
      checkSize(commit.writes)
      const alarmMoved = this.#disk.transactionSync(() => this.#apply(commit))
      this.#last = this.#whenDurable(alarmMoved)
    } catch (error) {
      return Promise.reject(this.#fail(error))
    }
    return this.#last
  }

  async #whenDurable(alarmMoved: Promise<void> | undefined): Promise<void> {
    try {
      await Promise.all([alarmMoved, this.#disk.sync()])
    } catch (error) {
      throw this.#fail(error)
    }
  }

  /** The alarm is part of the transaction like any row. What it returns rejects where it could not be moved. */
  #apply({ writes, wakeAt }: Commit): Promise<void> | undefined {
    const { sql } = this.#disk
    for (const { table, key, value } of writes) {
      if (value) sql.exec(STATEMENTS.put, table, encodeKey(key), value)
      else sql.exec(STATEMENTS.delete, table, encodeKey(key))
    }
    if (wakeAt === undefined) return undefined
    return wakeAt === null ? this.#disk.deleteAlarm() : this.#disk.setAlarm(wakeAt)
  }

  #read<Row extends SqlStorageValue[]>(
    statement: keyof typeof STATEMENTS,
    ...parameters: (string | number | Uint8Array)[]
  ): IterableIterator<Row> {
    if (this.#failure) throw this.#failure
    return this.#disk.sql.exec(STATEMENTS[statement], ...parameters).raw<Row>()
  }

  #fail(error: unknown): Error {
    this.#failure ??= error instanceof Error ? error : new Error(String(error))
    return this.#failure
  }
}

function checkSize(writes: readonly Write[]): void {
  const bytes = writes.reduce((sum, { key, value }) => sum + sizeOf(key) + (value?.length ?? 0), 0)
  if (bytes > MAX_COMMIT_BYTES) throw new RangeError(`a commit of ${bytes} bytes, at most ${MAX_COMMIT_BYTES}`)
}

function sizeOf(key: Key): number {
  return typeof key === 'string' ? key.length : 8
}

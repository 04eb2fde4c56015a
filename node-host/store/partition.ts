import { join } from 'node:path'
import type { Database, RootDatabase } from 'lmdb'
import { type Batch, type Change, GroupCommit } from './group-commit.ts'

/** Rows to put, or to delete where there is no value; and the alarm that goes with them, unless it stays as it is. */
export type RowsChange = Change & {
  readonly rows: readonly { readonly key: Buffer; readonly value: Uint8Array | undefined }[]
  readonly alarm?: { readonly actor: string; readonly at: number | null }
}

export type Row = { readonly key: Buffer; readonly value: Uint8Array }

export type Range = { readonly from: Buffer; readonly to: Buffer; readonly reverse?: boolean; readonly limit?: number }

export type PartitionEvents = {
  /** A batch of commits is durable. */
  readonly onBatch: (batch: Batch) => void
  /** A write failed: nothing of this store can be trusted until the process starts anew. */
  readonly onFailure: (error: Error) => void
}

/**
 * LMDB reads into a buffer that it uses again, and says how much of it is the row. The copy comes from Node's pool of
 * memory: that halves what reading a page costs.
 */
const ROW = {
  encode: (row: Uint8Array) => row,
  decode(read: Buffer, size: unknown = read.length): Uint8Array {
    const length = typeof size === 'number' ? size : read.length
    const row = Buffer.allocUnsafe(length)
    read.copy(row, 0, 0, length)
    return row
  },
}

/**
 * One LMDB environment: the rows and the alarms of the actors that hash to it. A sync waits for the disk on a thread of
 * the pool (see threads.ts); reads are page lookups in mapped memory, and see what is durable only.
 */
export class Partition {
  readonly #environment: RootDatabase<Buffer, Buffer>
  readonly #rows: Database<Uint8Array, Buffer>
  readonly #alarms: Database<Buffer, Buffer>
  readonly #commits: GroupCommit<RowsChange>
  readonly #onFailure: (error: Error) => void

  private constructor(lmdb: typeof import('lmdb'), folder: string, { onBatch, onFailure }: PartitionEvents) {
    const options = { encoding: 'binary', keyEncoding: 'binary' } as const
    this.#environment = lmdb.open({
      path: folder,
      noSubdir: false,
      maxDbs: 2,
      // A write resolves only after its fdatasync.
      overlappingSync: false,
      // The commit stream gathers by itself; LMDB's own batch for each turn has a promise that nobody can handle.
      eventTurnBatching: false,
      ...options,
    })
    // Its types do not know of the encoder.
    const rows = { name: 'rows', keyEncoding: 'binary', encoder: ROW } as const
    this.#rows = this.#environment.openDB(rows)
    this.#alarms = this.#environment.openDB({ name: 'alarms', ...options })
    this.#commits = new GroupCommit((changes) => this.#write(changes), onBatch)
    this.#onFailure = onFailure
  }

  /** Loads LMDB only here: that starts the thread pool, whose size must be set by then (threads.ts). */
  static async open(folder: string, events: PartitionEvents): Promise<Partition> {
    return new Partition(await import('lmdb'), folder, events)
  }

  static files(folder: string): string[] {
    return ['data.mdb', 'lock.mdb'].map((name) => join(folder, name))
  }

  get(key: Buffer): Uint8Array | undefined {
    this.#assertSound()
    return this.#rows.get(key)
  }

  /** Rows between two keys, both included. */
  range({ from, to, reverse = false, limit }: Range): Iterable<Row> {
    this.#assertSound()
    const bounds = { start: from, end: to, inclusiveEnd: true, reverse }
    return this.#rows.getRange(limit === undefined ? bounds : { ...bounds, limit })
  }

  /** All actors that have an alarm. */
  *alarms(): Iterable<[actor: string, at: number]> {
    for (const { key, value } of this.#alarms.getRange()) yield [key.toString(), value.readDoubleBE()]
  }

  commit(change: RowsChange): Promise<void> {
    return this.#commits.add(change)
  }

  /** The batch of commits that is being written. */
  get batch(): Promise<void> | undefined {
    return this.#commits.batch
  }

  async close(): Promise<void> {
    await this.#commits.settled()
    await this.#environment.close()
  }

  async #write(changes: readonly RowsChange[]): Promise<void> {
    try {
      await this.#environment.batch(() => {
        for (const change of changes) this.#put(change)
      })
    } catch (error) {
      const cause = await reasonOf(error)
      this.#onFailure(cause)
      throw cause
    }
  }

  // The promises of the single writes are settled already: their batch answers for all of them.
  #put({ rows, alarm }: RowsChange): void {
    for (const { key, value } of rows) void (value ? this.#rows.put(key, value) : this.#rows.remove(key))
    if (!alarm) return
    const actor = Buffer.from(alarm.actor)
    void (alarm.at === null ? this.#alarms.remove(actor) : this.#alarms.put(actor, encodeTime(alarm.at)))
  }

  /**
   * After a failed write (a full disk, an I/O error) LMDB's memory is not to be trusted: an empty table and a damaged
   * heap were both seen. Nothing is read or written any more; the process has to start anew.
   */
  #assertSound(): void {
    if (this.#commits.failure) throw this.#commits.failure
  }
}

function encodeTime(at: number): Buffer {
  const value = Buffer.alloc(8)
  value.writeDoubleBE(at)
  return value
}

/** lmdb rejects with "see commitError", which is a promise that rejects with what the system said. */
async function reasonOf(error: unknown): Promise<Error> {
  const reason = error instanceof Error && 'commitError' in error ? error.commitError : undefined
  try {
    await reason
  } catch (cause) {
    if (cause instanceof Error) return cause
  }
  return error instanceof Error ? error : new Error(String(error))
}

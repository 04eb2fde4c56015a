import {
  type Commit,
  type Entry,
  type Key,
  MAX_COMMIT_BYTES,
  type Storage,
  type Write,
} from '#durable/ports/storage.ts'
import { MemoryTable } from './memory-table.ts'

/** What can go wrong with a disk. Without any of it, a commit is durable as soon as the caller lets go. */
export type DiskFaults = {
  /**
   * Holds a commit back until it resolves; where it rejects, the commit fails. Commits of one actor reach the disk in
   * the order they were issued, whatever order these resolve in.
   */
  readonly sync?: (actor: string, commit: Commit) => Promise<void>
  /** Holds a read back. */
  readonly read?: (actor: string) => Promise<void>
  /** A broken disk: says "durable" at once. */
  readonly acknowledgesEarly?: boolean
}

type Actor = { readonly tables: Map<string, MemoryTable>; alarm: number | null }

type InFlight = { readonly actor: string; readonly commit: Commit; readonly life: Life }

/** One life of the process on this disk. What belongs to an ended life never settles, as when power is cut. */
type Life = { ended: boolean }

/** A disk in memory that outlives the processes on it. */
export class MemoryDisk {
  readonly faults: DiskFaults
  readonly #actors = new Map<string, Actor>()
  #inFlight: InFlight[] = []
  #life: Life = { ended: false }

  constructor(faults: DiskFaults = {}) {
    this.faults = faults
  }

  open(actor: string): Storage {
    return new MemoryStorage(this, actor, this.#life)
  }

  /** Every actor that has an alarm. */
  *alarms(): Iterable<[actor: string, at: number]> {
    for (const [actor, { alarm }] of this.#actors) if (alarm !== null) yield [actor, alarm]
  }

  alarmOf(actor: string): number | null {
    return this.#actors.get(actor)?.alarm ?? null
  }

  /**
   * The process ends now. Of each actor's commits in flight the oldest few may have reached the disk though nobody was
   * told: `reached` says how many.
   */
  crash(reached: (actor: string, inFlight: number) => number = () => 0): void {
    const lost = Map.groupBy(this.#inFlight, ({ actor }) => actor)
    for (const [actor, commits] of lost) {
      for (const { commit } of commits.slice(0, reached(actor, commits.length))) this.#apply(actor, commit)
    }
    this.#inFlight = []
    this.#life.ended = true
    this.#life = { ended: false }
  }

  /** Applies a commit once `before` and the disk allow. */
  async write(actor: string, commit: Commit, life: Life, before: Promise<void>): Promise<void> {
    const entry = { actor, commit, life }
    this.#inFlight.push(entry)
    try {
      await Promise.all([before, this.faults.sync?.(actor, commit)])
      if (life.ended) return never()
      this.#apply(actor, commit)
    } catch (error) {
      if (life.ended) return never()
      throw error
    } finally {
      this.#inFlight = this.#inFlight.filter((other) => other !== entry)
    }
  }

  /** Reads once `before` and the disk allow. */
  async read<T>(actor: string, life: Life, before: Promise<void>, read: (table: MemoryTables) => T): Promise<T> {
    await Promise.all([before, this.faults.read?.(actor)])
    if (life.ended) return never()
    const tables = this.#actors.get(actor)?.tables
    return read((name) => tables?.get(name) ?? new MemoryTable())
  }

  #apply(name: string, { writes, wakeAt }: Commit): void {
    const actor = this.#actors.get(name) ?? { tables: new Map(), alarm: null }
    this.#actors.set(name, actor)
    for (const { table, key, value } of writes) {
      const rows = actor.tables.get(table) ?? new MemoryTable()
      actor.tables.set(table, rows)
      rows.write(key, value)
    }
    if (wakeAt !== undefined) actor.alarm = wakeAt
  }
}

type MemoryTables = (name: string) => MemoryTable

function never(): Promise<never> {
  return new Promise(() => {})
}

class MemoryStorage implements Storage {
  readonly #disk: MemoryDisk
  readonly #actor: string
  readonly #life: Life
  #last: Promise<void> = Promise.resolve()
  #failure: Error | undefined

  constructor(disk: MemoryDisk, actor: string, life: Life) {
    this.#disk = disk
    this.#actor = actor
    this.#life = life
  }

  get(table: string, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    return this.#read((tables) => keys.map((key) => tables(table).get(key)))
  }

  range(table: string, from: number, to: number, maxBytes: number): Promise<Entry<number>[]> {
    return this.#read((tables) => tables(table).range(from, to, maxBytes))
  }

  page(table: string, after: Key | undefined, limit: number): Promise<Entry[]> {
    return this.#read((tables) => tables(table).page(after, limit))
  }

  commit(commit: Commit): Promise<void> {
    if (this.#life.ended) return never()
    if (this.#failure) return Promise.reject(this.#failure)
    if (commit.writes.length === 0 && commit.wakeAt === undefined) return this.#last
    const bytes = commit.writes.reduce((sum, write) => sum + bytesOf(write), 0)
    const written =
      bytes > MAX_COMMIT_BYTES
        ? Promise.reject(new RangeError(`a commit of ${bytes} bytes, at most ${MAX_COMMIT_BYTES}`))
        : this.#disk.write(this.#actor, commit, this.#life, this.#last)
    const durable = written.catch((error) => {
      this.#failure ??= error
      throw error
    })
    if (bytes > MAX_COMMIT_BYTES) this.#failure = new Error('an earlier commit failed')
    else this.#last = durable
    if (!this.#disk.faults.acknowledgesEarly) return durable
    durable.catch(() => {})
    return Promise.resolve()
  }

  async #read<T>(read: (tables: MemoryTables) => T): Promise<T> {
    if (this.#life.ended) return never()
    const value = await this.#disk.read(this.#actor, this.#life, this.#last, read)
    if (this.#failure) throw this.#failure
    return value
  }
}

function bytesOf({ key, value }: Write): number {
  return (typeof key === 'string' ? key.length : 8) + (value?.length ?? 0)
}

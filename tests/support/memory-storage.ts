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
   * Holds a commit back until it resolves; where it rejects, the commit fails. With `answer lost` it fails although it
   * is on the disk. Commits of one actor reach the disk in the order they were issued, whatever order these resolve in.
   */
  readonly sync?: (actor: string, commit: Commit) => Promise<unknown>
  /** Holds a read back; where it rejects, the read fails. */
  readonly read?: (actor: string) => Promise<void> | undefined
  /** A broken disk: says "durable" at once. */
  readonly acknowledgesEarly?: boolean
  /** A broken disk: commits reach it in whatever order their syncs resolve. */
  readonly reorders?: boolean
}

/** Told what happens on a disk, as it happens. */
export type DiskWatch = {
  /** A handle of an actor is used for the first time. Handles are numbered as they are opened. */
  began?(actor: string, handle: number): void
  /** A commit is on the disk. */
  applied?(actor: string, commit: Commit, handle: number): void
}

type Actor = { readonly tables: Map<string, MemoryTable>; alarm: number | null }

type InFlight = { readonly storage: MemoryStorage; readonly commit: Commit }

/** One life of the process on this disk. What belongs to an ended life never settles, as when power is cut. */
type Life = { ended: boolean }

/** A disk in memory that outlives the processes on it. */
export class MemoryDisk {
  readonly faults: DiskFaults
  readonly watch: DiskWatch
  readonly #actors = new Map<string, Actor>()
  readonly #inFlight = new Set<InFlight>()
  #life: Life = { ended: false }
  #handles = 0

  constructor(faults: DiskFaults = {}, watch: DiskWatch = {}) {
    this.faults = faults
    this.watch = watch
  }

  /** With a number: one that stands for an earlier handle, as far as the watch is concerned. */
  open(actor: string, handle = ++this.#handles): MemoryStorage {
    return new MemoryStorage(this, actor, handle, this.#life)
  }

  /** Every actor that has an alarm. */
  *alarms(): Iterable<[actor: string, at: number]> {
    for (const [actor, { alarm }] of this.#actors) if (alarm !== null) yield [actor, alarm]
  }

  /** Every row of every actor. */
  *rows(): Iterable<[actor: string, table: string, row: Entry]> {
    for (const [actor, { tables }] of this.#actors)
      for (const [table, rows] of tables)
        for (const row of rows.page(undefined, Number.POSITIVE_INFINITY)) yield [actor, table, row]
  }

  alarmOf(actor: string): number | null {
    return this.#actors.get(actor)?.alarm ?? null
  }

  /**
   * The process ends now. Of each actor's commits in flight the oldest few may have reached the disk though nobody was
   * told: `reached` says how many.
   */
  crash(reached: (actor: string, inFlight: number) => number = () => 0): void {
    const lost = Map.groupBy(this.#inFlight, ({ storage }) => storage.actor)
    for (const [actor, commits] of lost) {
      for (const { commit, storage } of commits.slice(0, reached(actor, commits.length))) this.#apply(storage, commit)
    }
    this.#inFlight.clear()
    this.#life.ended = true
    this.#life = { ended: false }
  }

  /** Applies a commit once `before` and the disk allow. */
  async write(storage: MemoryStorage, commit: Commit, life: Life, before: Promise<void>): Promise<void> {
    const entry = { storage, commit }
    this.#inFlight.add(entry)
    const { sync, reorders } = this.faults
    try {
      const synced = sync?.(storage.actor, commit)
      // That it fails is not said before those ahead of it are settled: nothing reaches the disk after the last answer.
      synced?.catch(() => {})
      if (!reorders) await before
      const fate = await synced
      if (life.ended) return never()
      this.#apply(storage, commit)
      if (fate === 'answer lost') throw new DiskError('the disk did not answer')
    } catch (error) {
      if (life.ended) return never()
      throw error
    } finally {
      this.#inFlight.delete(entry)
    }
  }

  table(actor: string, table: string): MemoryTable {
    return this.#actors.get(actor)?.tables.get(table) ?? EMPTY
  }

  #apply(storage: MemoryStorage, commit: Commit): void {
    const { actor: name } = storage
    const actor = this.#actors.get(name) ?? { tables: new Map(), alarm: null }
    this.#actors.set(name, actor)
    for (const { table, key, value } of commit.writes) {
      let rows = actor.tables.get(table)
      if (!rows) {
        rows = new MemoryTable()
        actor.tables.set(table, rows)
      }
      rows.write(key, value)
    }
    if (commit.wakeAt !== undefined) actor.alarm = commit.wakeAt
    this.watch.applied?.(name, commit, storage.handle)
  }
}

/** What a disk rejects with: nothing that the actors could have done better. */
export class DiskError extends Error {}

const EMPTY = new MemoryTable()

function never(): Promise<never> {
  return new Promise(() => {})
}

/** One handle on the storage of one actor. */
export class MemoryStorage implements Storage {
  readonly actor: string
  readonly handle: number
  readonly #disk: MemoryDisk
  readonly #life: Life
  #last: Promise<void> = Promise.resolve()
  #failure: Error | undefined
  #began = false

  constructor(disk: MemoryDisk, actor: string, handle: number, life: Life) {
    this.#disk = disk
    this.actor = actor
    this.handle = handle
    this.#life = life
  }

  get(table: string, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    return this.#read(table, (rows) => keys.map((key) => rows.get(key)))
  }

  range(table: string, from: number, to: number, maxBytes: number): Promise<Entry<number>[]> {
    return this.#read(table, (rows) => rows.range(from, to, maxBytes))
  }

  page(table: string, after: Key | undefined, limit: number): Promise<Entry[]> {
    return this.#read(table, (rows) => rows.page(after, limit))
  }

  commit(commit: Commit): Promise<void> {
    if (this.#life.ended) return never()
    if (this.#failure) return Promise.reject(this.#failure)
    if (commit.writes.length === 0 && commit.wakeAt === undefined) return this.#last
    this.#begin()
    const bytes = commit.writes.reduce((sum, write) => sum + bytesOf(write), 0)
    const written =
      bytes > MAX_COMMIT_BYTES
        ? Promise.reject(new RangeError(`a commit of ${bytes} bytes, at most ${MAX_COMMIT_BYTES}`))
        : this.#disk.write(this, commit, this.#life, this.#last)
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

  /** Ends this handle: what was issued goes on, but nothing more is read or written. */
  close(): void {
    this.#failure ??= new DiskError('this handle is closed')
  }

  /** Resolves when every commit issued so far has been settled, well or badly. */
  settled(): Promise<void> {
    return this.#last.catch(() => {})
  }

  async #read<T>(table: string, read: (rows: MemoryTable) => T): Promise<T> {
    if (this.#life.ended) return never()
    this.#begin()
    await this.#last
    // Only where there is something to wait for: a read would else take a step more.
    if (this.#disk.faults.read) await this.#disk.faults.read(this.actor)
    if (this.#life.ended) return never()
    if (this.#failure) throw this.#failure
    return read(this.#disk.table(this.actor, table))
  }

  #begin(): void {
    if (this.#began) return
    this.#began = true
    this.#disk.watch.began?.(this.actor, this.handle)
  }
}

function bytesOf({ key, value }: Write): number {
  return (typeof key === 'string' ? key.length : 8) + (value?.length ?? 0)
}

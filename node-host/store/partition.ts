import { basename, join } from 'node:path'
import type { ActorPartition, TableName, TableRows } from '../stores.ts'
import { decodeNumber } from './batch.ts'
import type { RowsChange } from './change.ts'
import type { CommitLog } from './commit-log.ts'
import { Damage, isOfDamagedTrees } from './damage.ts'
import { type Batch, GroupCommit } from './group-commit.ts'
import { partsOf } from './keys.ts'
import { logFiles } from './log-reading.ts'
import { recover } from './recovery.ts'
import { EmbeddedTableRows } from './table-rows.ts'
import type { Range, Row } from './tree.ts'
import { Trees } from './trees.ts'

export type PartitionEvents = {
  /** A batch of commits is durable. */
  readonly onBatch: (batch: Batch) => void
  /** What the log held is in the trees. */
  readonly onMove: (move: Move) => void
  /** A write failed, or something cannot be read: nothing of this store can be trusted until the process starts anew. */
  readonly onFailure: (error: Error) => void
}

export type PartitionOptions = PartitionEvents & {
  /** Which partition of which folder this is. */
  readonly place: string
  /** It was open before: what it should hold must be there. */
  readonly isWhole: boolean
}

/** From the log into the trees: how many entries, how large their batches were, how long it took. */
export type Move = { readonly entries: number; readonly bytes: number; readonly ms: number }

/** When what the log holds moves into the trees: after so long, or so much. */
export type Pace = { readonly ms: number; readonly bytes: number }

const PACE: Pace = { ms: 250, bytes: 256 * 1024 }
/** So far ahead of the trees the log waits for them: bounds the memory, and how long a commit can wait. */
const MAX_AHEAD_BYTES = 1024 * 1024

/** An actor's name is UTF-8, which has no such bytes. */
const EVERY_ACTOR: Range = { from: Buffer.of(0), to: Buffer.of(0xff) }

/**
 * The rows and the alarms of the actors that hash to it: a log that makes them durable, and an LMDB environment into
 * which they move a little later, many at once. What waits for the disk does so on threads of the pool (see threads.ts);
 * a read sees what is durable only, and all of it.
 */
export class Partition implements ActorPartition {
  readonly #folder: string
  readonly #trees: Trees
  readonly #log: CommitLog
  readonly #commits: GroupCommit<RowsChange>
  readonly #onMove: (move: Move) => void
  readonly #onFailure: (error: Error) => void
  readonly #pace: Pace
  #isAppending = false
  #isDue = false
  #timer: NodeJS.Timeout | undefined
  #moving: Promise<void> | undefined
  #failure: Error | undefined

  private constructor(
    folder: string,
    trees: Trees,
    log: CommitLog,
    { onBatch, onMove, onFailure }: PartitionEvents,
    pace: Pace,
  ) {
    this.#folder = folder
    this.#trees = trees
    this.#log = log
    this.#commits = new GroupCommit((changes) => this.#write(changes), onBatch)
    this.#onMove = onMove
    this.#onFailure = onFailure
    this.#pace = pace
  }

  /** Resolves when what an earlier process left in the log is in the trees. */
  static async open(folder: string, { place, isWhole, ...events }: PartitionOptions, pace = PACE): Promise<Partition> {
    const trees = await Trees.open(folder, place)
    try {
      return new Partition(folder, trees, await recover(trees, { folder, place }, !isWhole), events, pace)
    } catch (error) {
      await trees.close()
      throw error
    }
  }

  static files(folder: string): string[] {
    return [join(folder, 'data.mdb'), join(folder, 'lock.mdb'), ...logFiles(folder)]
  }

  get(key: Buffer): Uint8Array | undefined {
    this.#assertSound()
    try {
      return this.#trees.rows.get(key)
    } catch (error) {
      throw this.#met(error)
    }
  }

  *range(range: Range): Iterable<Row> {
    this.#assertSound()
    try {
      yield* this.#trees.rows.range(range)
    } catch (error) {
      throw this.#met(error)
    }
  }

  rows(actor: string, table: string): TableRows {
    return new EmbeddedTableRows(this, actor, table)
  }

  *tables(): Iterable<TableName> {
    this.#assertSound()
    for (const prefix of this.#trees.rows.prefixes()) {
      const { actor, table } = partsOf(prefix)
      yield { actor, table }
    }
  }

  /** All actors that have an alarm. */
  *alarms(): Iterable<[actor: string, at: number]> {
    for (const { key, value } of this.#trees.alarms.range(EVERY_ACTOR)) {
      yield [key.toString(), decodeNumber(value)]
    }
  }

  commit(change: RowsChange): Promise<void> {
    return this.#commits.add(change)
  }

  /** The batch of commits that is being written. */
  get batch(): Promise<void> | undefined {
    return this.#commits.batch
  }

  settled(): Promise<void> {
    return this.#commits.settled()
  }

  /** Whether every write so far has gone well. */
  get isSound(): boolean {
    return this.#failure === undefined
  }

  async close(): Promise<void> {
    await this.#commits.settled()
    this.#isDue = true
    this.#moveOn()
    while (this.#moving !== undefined) await this.#moving
    clearTimeout(this.#timer)
    await this.#log.close()
    await this.#trees.close()
  }

  async #write(changes: readonly RowsChange[]): Promise<void> {
    if (this.#log.bytes > MAX_AHEAD_BYTES) await this.#moving
    this.#assertSound()
    this.#isAppending = true
    try {
      this.#trees.show(await this.#log.append(changes))
    } catch (error) {
      throw this.#fail(error)
    } finally {
      this.#isAppending = false
    }
    this.#moveOn()
  }

  /** Begins a move when it is time for one: one after the other, and never while a batch goes into the file to be left. */
  #moveOn(): void {
    if (this.#moving || this.#isAppending || this.#failure || this.#log.bytes === 0) return
    if (this.#isDue || this.#log.bytes >= this.#pace.bytes) {
      this.#moving = this.#move()
        .catch((error) => void this.#fail(error))
        .finally(() => {
          this.#moving = undefined
          this.#moveOn()
        })
    } else {
      this.#timer ??= setTimeout(() => {
        this.#isDue = true
        this.#moveOn()
      }, this.#pace.ms)
    }
  }

  async #move(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isDue = false
    const start = performance.now()
    const { last, bytes } = this.#log
    this.#log.switchFiles()
    const entries = await this.#trees.move(last, () => this.#log.mark(last))
    this.#onMove({ entries, bytes, ms: performance.now() - start })
  }

  /** By a read. */
  #met(error: unknown): unknown {
    return isOfDamagedTrees(error) ? this.#fail(error) : error
  }

  #fail(error: unknown): Error {
    this.#failure ??= this.#failureOf(error)
    this.#onFailure(this.#failure)
    return this.#failure
  }

  /** Damage may show that could not be seen from what was there when it was opened. */
  #failureOf(cause: unknown): Error {
    if (isOfDamagedTrees(cause)) return new Damage(`${basename(this.#folder)}/data.mdb cannot be read`, { cause })
    return cause instanceof Error ? cause : new Error(String(cause))
  }

  /**
   * After a failed write (a full disk, an I/O error) LMDB's memory is not to be trusted: an empty table and a damaged
   * heap were both seen. Nothing is read or written any more; the process has to start anew.
   */
  #assertSound(): void {
    if (this.#failure) throw this.#failure
  }
}

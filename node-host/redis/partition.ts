import { setTimeout as sleep } from 'node:timers/promises'
import type { RowsChange } from '../store/change.ts'
import { type Batch, GroupCommit } from '../store/group-commit.ts'
import type { ActorPartition, TableRows } from '../stores.ts'
import { within } from '../within.ts'
import { commandsOf } from './applied.ts'
import { type Command, fieldsIn, type Reply, Unanswered } from './connection.ts'
import type { Layout } from './layout.ts'
import { PlaceTaken, RecordLog } from './log.ts'
import { batchIn, encodeRecord, type WrittenRecord } from './record.ts'
import type { Claim, Server } from './server.ts'
import { RedisTableRows } from './table-rows.ts'

export type PartitionOptions = {
  readonly server: Server
  readonly layout: Layout
  readonly claim: Claim
  /** Distinguishes what this opening of the partition writes from all others. */
  readonly writer: string
  readonly onBatch: (batch: Batch) => void
  readonly onFailure: (error: Error) => void
}

const RETRY_MS = 100
/** A reader is told that the store does not answer; it is not kept waiting for ever. */
const READ_WITHIN_MS = 5_000
/** So much waits for a store that does not answer; what comes then is refused. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024
/** How many records, and how much of them, may stand in the log though they are in the tables. */
const KEPT_RECORDS = 64
const KEPT_BYTES = 1024 * 1024

/**
 * The rows and alarms of the actors that hash to it, on a server of the Redis protocol. A commit is a record in the log;
 * then its rows are put into the tables by commands that go out at once, so that every read that is sent later finds
 * them there. Where that fails, or nobody answers, it is mended: what is not surely in the tables is put there again, in
 * order, before anybody reads or writes.
 */
export class RedisPartition implements ActorPartition {
  readonly #server: Server
  readonly #layout: Layout
  readonly #log: RecordLog
  readonly #writer: string
  readonly #commits: GroupCommit<RowsChange>
  readonly #onFailure: (error: Error) => void
  #opening = 0
  #next = 1
  #waitingBytes = 0
  /** In the log, and not known to be in the tables. */
  #unapplied: WrittenRecord[] = []
  /** In the tables, and still in the log. */
  #kept: WrittenRecord[] = []
  #tidying: Promise<void> | undefined
  #mending: Promise<void> | undefined
  #mendings = 0
  #failure: Error | undefined

  private constructor({ server, layout, claim, writer, onBatch, onFailure }: PartitionOptions) {
    this.#server = server
    this.#layout = layout
    this.#log = new RecordLog(server, layout, claim)
    this.#writer = writer
    this.#onFailure = onFailure
    this.#commits = new GroupCommit((changes) => this.#write(changes), onBatch)
  }

  /** Resolves when what earlier hosts left in the log is in the tables, and nobody else can add to it. */
  static async open(options: PartitionOptions): Promise<RedisPartition> {
    const partition = new RedisPartition(options)
    await partition.#takeOver()
    return partition
  }

  async commit(change: RowsChange): Promise<void> {
    if (this.#waitingBytes > MAX_WAITING_BYTES) throw new Error('too much waits for the store already')
    this.#waitingBytes += change.bytes
    try {
      await this.#commits.add(change)
    } finally {
      this.#waitingBytes -= change.bytes
    }
  }

  rows(actor: string, table: string): TableRows {
    return new RedisTableRows(this.#layout, actor, table, (commands) => this.#read(commands))
  }

  async alarms(): Promise<[actor: string, at: number][]> {
    const [found] = await this.#read([['hgetall', this.#layout.alarms]])
    return fieldsIn(found).map(([actor, at]) => [actor, Number(at)])
  }

  /** The batch of commits that is being written. */
  get batch(): Promise<void> | undefined {
    return this.#commits.batch
  }

  settled(): Promise<void> {
    return this.#commits.settled()
  }

  /** Waits for what is being written, however long that takes. Answers whether it went well. */
  async close(): Promise<boolean> {
    await this.#commits.settled()
    await this.#mending
    this.#tidy()
    await this.#tidying
    return this.#failure === undefined
  }

  /** Lets go of what waits for a store that does not answer: it was acknowledged to nobody. */
  giveUp(): void {
    this.#failure ??= new Error('the store was closed before it answered')
  }

  async #takeOver(): Promise<void> {
    const heads = await this.#log.heads()
    const { opening, number } = heads.at(-1) ?? { opening: 0, number: 0 }
    this.#opening = opening + 1
    this.#next = number + 1
    await this.#takeAll()
    await this.#closeLog()
    await this.#log.setHead({ opening: this.#opening, number })
    await this.#log.forgetHeads(heads)
    this.#mend()
    await this.#mending
  }

  /** An empty record at the end: whoever wrote before us and is only held up finds the place taken. */
  async #closeLog(): Promise<void> {
    for (;;) {
      const empty = encodeRecord(this.#next, this.#writer, [])
      try {
        await this.#log.put(empty)
        return this.#take(empty)
      } catch (error) {
        if (!(error instanceof PlaceTaken)) throw error
        await this.#takeAll()
      }
    }
  }

  async #takeAll(): Promise<void> {
    for await (const record of this.#log.after(this.#next - 1)) this.#take(record)
  }

  #take(record: WrittenRecord): void {
    this.#unapplied.push(record)
    this.#next = record.number + 1
  }

  async #write(changes: readonly RowsChange[]): Promise<void> {
    await this.#mending
    if (this.#failure) throw this.#failure
    const record = encodeRecord(this.#next, this.#writer, changes)
    await this.#put(record)
    this.#take(record)
    this.#apply(record)
  }

  /** Until it is known to be in the log, however long that takes: nobody can say that it is not. */
  async #put(record: WrittenRecord): Promise<void> {
    for (;;) {
      try {
        await this.#log.put(record)
        return this.#server.goesOn(this.#log)
      } catch (error) {
        if (!(error instanceof Unanswered)) throw this.#fail(error)
        this.#server.fails(this.#log, error)
        this.#mend()
        await this.#mending
        if (this.#failure) throw this.#failure
        // A server that takes nothing more may still be read, in between.
        await sleep(RETRY_MS)
      }
    }
  }

  #apply(record: WrittenRecord): void {
    // The owner's word is old where this process was stopped: then it is asked for before anything is written.
    if (this.#mending !== undefined || !this.#server.isBelieved) return this.#mend()
    const mendings = this.#mendings
    this.#server.send(commandsOf(this.#layout, batchIn(record))).then(
      () => mendings === this.#mendings && this.#applied(),
      () => mendings === this.#mendings && this.#mend(),
    )
  }

  #applied(): void {
    const record = this.#unapplied.shift()
    if (record) this.#kept.push(record)
    const bytes = this.#kept.reduce((sum, each) => sum + each.bytes.length, 0)
    if (this.#kept.length > KEPT_RECORDS || bytes > KEPT_BYTES) this.#tidy()
  }

  /** Puts what may be missing in the tables there, before anything else is read or written. */
  #mend(): void {
    if (this.#mending !== undefined) return
    this.#mendings += 1
    this.#mending = this.#mendNow()
  }

  async #mendNow(): Promise<void> {
    while (!this.#failure) {
      try {
        await this.#server.whenOpen()
        await this.#server.confirm()
        await this.#applyAll()
        this.#server.goesOn(this)
        break
      } catch (error) {
        if (error instanceof Unanswered) {
          this.#server.fails(this, error)
          await sleep(RETRY_MS)
        } else this.#fail(error)
      }
    }
    // At once: a record that is put from here on has its rows sent by itself.
    this.#mending = undefined
  }

  /** Those that are put meanwhile, too. */
  async #applyAll(): Promise<void> {
    for (let record = this.#unapplied[0]; record; record = this.#unapplied[0]) {
      await this.#server.send(commandsOf(this.#layout, batchIn(record)))
      this.#unapplied.shift()
      this.#kept.push(record)
    }
  }

  /** What is in the tables is not needed in the log: first that is said, then it goes. */
  #tidy(): void {
    const last = this.#kept.at(-1)
    if (this.#tidying !== undefined || !last) return
    const kept = this.#kept
    this.#kept = []
    this.#tidying = this.#log
      .setHead({ opening: this.#opening, number: last.number })
      .then(() => this.#log.drop(kept.map(({ number }) => number)))
      .catch(() => {
        this.#kept = [...kept, ...this.#kept]
      })
      .finally(() => {
        this.#tidying = undefined
      })
  }

  /** What the tables hold when all is in them that was committed before. */
  async #read(commands: readonly Command[]): Promise<Reply[]> {
    const until = performance.now() + READ_WITHIN_MS
    let reason: unknown
    while (performance.now() < until) {
      if (this.#failure) throw this.#failure
      if (this.#mending !== undefined && !(await within(until - performance.now(), this.#mending))) break
      const mendings = this.#mendings
      try {
        const replies = await this.#server.send(commands)
        if (mendings === this.#mendings) return replies
      } catch (error) {
        reason = error
        this.#mend()
      }
    }
    throw new Error('the store does not answer', { cause: reason })
  }

  #fail(error: unknown): Error {
    if (this.#failure) return this.#failure
    this.#failure = error instanceof Error ? error : new Error(String(error))
    this.#onFailure(this.#failure)
    return this.#failure
  }
}

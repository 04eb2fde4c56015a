import type { Entry, Key } from '#durable/ports/storage.ts'
import type { CopiedRow } from '#workers/backup/rows.ts'
import type { RowsChange } from '../store/change.ts'
import { decodeKey, partsOf, tablePrefix } from '../store/keys.ts'
import type { ActorPartition, ActorStore, TableName } from '../stores.ts'
import { BeforeImages } from './before-images.ts'

const PAGE_ROWS = 100

/**
 * All rows of a store as they are at one moment. Until `open` nothing new is committed; from then on a commit first
 * keeps what it will change, as far as it is not copied yet.
 */
export class Snapshot {
  readonly #store: ActorStore
  readonly #images = new BeforeImages()
  readonly #opened = Promise.withResolvers<void>()
  /** Of each partition, its last commit that waits here. They go on in their order. */
  readonly #queues = new Map<ActorPartition, Promise<unknown>>()
  #waiting = 0
  /** Nobody needs what is kept here any more. */
  #isOver = false
  #failure: unknown

  constructor(store: ActorStore) {
    this.#store = store
  }

  /** Resolves when all is settled that was committed before. */
  hold(): Promise<void> {
    return this.#store.settled()
  }

  open(): void {
    this.#opened.resolve()
  }

  /** Nothing is kept from here on. Resolves when no commit waits here any more, and `isPassed`. */
  async end(): Promise<void> {
    this.#isOver = true
    this.open()
    while (this.#waiting > 0) await Promise.all(this.#queues.values())
  }

  /** Whether commits may go past this snapshot. */
  get isPassed(): boolean {
    return this.#isOver && this.#waiting === 0
  }

  commit(partition: ActorPartition, change: RowsChange): Promise<void> {
    this.#waiting += 1
    const before = this.#queues.get(partition) ?? this.#opened.promise
    // In a box, since only its place among the others is waited for, not its end.
    const handedOn = before.then(async () => {
      await this.#keep(partition, change)
      this.#waiting -= 1
      return { durable: partition.commit(change) }
    })
    this.#queues.set(partition, handedOn)
    return handedOn.then(({ durable }) => durable)
  }

  /** Every row, once. */
  async *rows(): AsyncIterable<CopiedRow[]> {
    for await (const table of this.#store.tables()) yield* this.#rowsOf(table)
    for (const table of this.#images.left()) yield* this.#rowsOf(table)
    this.#isOver = true
  }

  async *#rowsOf(table: TableName): AsyncIterable<CopiedRow[]> {
    const { actor } = table
    const rows = this.#store.partitionOf(actor).rows(actor, table.table)
    let page: Entry[] = []
    do {
      page = await rows.page(page.at(-1)?.[0], PAGE_ROWS)
      if (this.#failure) throw this.#failure
      // A page may be short where rows come and go; only an empty one is the end.
      const then = this.#images.pass(table, page, page.length === 0)
      if (then.length > 0) yield then.map(([key, value]): CopiedRow => [actor, table.table, key, value])
    } while (page.length > 0)
  }

  /** What goes wrong here is the copy's loss, never that of whoever commits. */
  async #keep(partition: ActorPartition, { rows }: RowsChange): Promise<void> {
    if (this.#isOver || this.#failure) return
    try {
      for (const [table, keys] of byTable(rows.map(({ key }) => key))) {
        const needed = keys.filter((key) => this.#images.needs(table, key))
        if (needed.length === 0) continue
        const values = await partition.rows(table.actor, table.table).get(needed)
        for (const [i, key] of needed.entries()) this.#images.keep(table, key, values[i])
      }
    } catch (error) {
      this.#failure = error
    }
  }
}

/** The keys of a change, which is of one actor. */
function byTable(encoded: readonly Buffer[]): [TableName, Key[]][] {
  const tables = new Map<string, [TableName, Key[]]>()
  for (const each of encoded) {
    const { actor, table } = partsOf(each)
    const found = tables.get(table) ?? [{ actor, table }, []]
    found[1].push(decodeKey(tablePrefix(actor, table), each))
    tables.set(table, found)
  }
  return [...tables.values()]
}

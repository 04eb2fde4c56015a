import type { Database } from 'lmdb'
import type { Entry } from './batch.ts'
import { SortedEntries } from './sorted-entries.ts'

export type Row = { readonly key: Buffer; readonly value: Uint8Array }

/** Rows between two keys of one table, both included. */
export type Range = { readonly from: Buffer; readonly to: Buffer; readonly reverse?: boolean; readonly limit?: number }

type Tables = Map<string, SortedEntries>

/** A row, or where there is no value that there is none any more. */
type Found = { readonly key: Buffer; readonly value: Uint8Array | undefined }

/**
 * A B-tree on disk and above it the entries that are durable in the log already, but not yet in the tree. A reader sees
 * the newest of both.
 */
export class Tree {
  readonly #stored: Database<Uint8Array, Buffer>
  #moving: Tables = new Map()
  #recent: Tables = new Map()

  constructor(stored: Database<Uint8Array, Buffer>) {
    this.#stored = stored
  }

  get(key: Buffer): Uint8Array | undefined {
    const recent = this.#find(key)
    return recent ? recent.value && Buffer.from(recent.value) : this.#stored.get(key)
  }

  range({ from, to, reverse = false, limit }: Range): Iterable<Row> {
    const bounds = { start: from, end: to, inclusiveEnd: true, reverse }
    const table = tableOf(from)
    const above = [this.#moving.get(table), this.#recent.get(table)].filter((entries) => entries !== undefined)
    if (above.length === 0) return this.#stored.getRange(limit === undefined ? bounds : { ...bounds, limit })
    const [low, high] = reverse ? [to, from] : [from, to]
    const direction = reverse ? -1 : 1
    let found: Iterable<Found> = this.#stored.getRange(bounds)
    for (const entries of above) found = merged(found, entries.between(low, high, reverse), direction)
    return rowsOf(found, limit ?? Number.POSITIVE_INFINITY)
  }

  /** How the keys of a table begin: of each that may have rows. */
  *prefixes(): Iterable<Buffer> {
    const above = new Set([...this.#moving.keys(), ...this.#recent.keys()])
    for (const table of above) yield Buffer.from(table, 'latin1')
    let start: Buffer = Buffer.of(0)
    for (;;) {
      const [key] = this.#stored.getKeys({ start, limit: 1 })
      if (key === undefined) return
      const table = tableOf(key)
      if (!above.has(table)) yield Buffer.from(table, 'latin1')
      start = Buffer.from(`${table}\xff`, 'latin1')
    }
  }

  /** From here on readers see this entry. */
  add(entry: Entry): void {
    const table = tableOf(entry.key)
    const entries = this.#recent.get(table) ?? new SortedEntries()
    entries.put(entry)
    this.#recent.set(table, entries)
  }

  /** What is to be stored now, of each key the newest. */
  beginMove(): Entry[] {
    this.#moving = this.#recent
    this.#recent = new Map()
    return [...this.#moving.values()].flatMap(({ all }) => all)
  }

  /** Within a transaction, which answers for it. */
  store({ key, value }: Entry): void {
    void (value ? this.#stored.put(key, value) : this.#stored.remove(key))
  }

  /** All that `beginMove` told is durable in the tree. */
  endMove(): void {
    this.#moving = new Map()
  }

  #find(key: Buffer): Entry | undefined {
    if (this.#recent.size === 0 && this.#moving.size === 0) return undefined
    const table = tableOf(key)
    return this.#recent.get(table)?.get(key) ?? this.#moving.get(table)?.get(key)
  }
}

/** Both in the same order; of two with one key the newer counts. */
function* merged(older: Iterable<Found>, newer: Iterable<Found>, direction: 1 | -1): Iterable<Found> {
  const rest = newer[Symbol.iterator]()
  let next = rest.next()
  for (const one of older) {
    let order = 1
    while (!next.done && order > 0) {
      order = direction * one.key.compare(next.value.key)
      if (order < 0) break
      yield next.value
      next = rest.next()
    }
    if (order !== 0) yield one
  }
  for (; !next.done; next = rest.next()) yield next.value
}

/** A row of its own: a batch is not to be kept in memory for the sake of one. */
function* rowsOf(found: Iterable<Found>, limit: number): Iterable<Row> {
  let left = limit
  if (left <= 0) return
  for (const { key, value } of found) {
    if (!value) continue
    yield { key, value: Buffer.from(value) }
    left -= 1
    if (left <= 0) return
  }
}

/** As keys.ts makes them: actor and table end with a zero byte each. A key without them is in a table of no name. */
function tableOf(key: Buffer): string {
  const actorEnd = key.indexOf(0)
  const tableEnd = actorEnd < 0 ? -1 : key.indexOf(0, actorEnd + 1)
  return key.toString('latin1', 0, tableEnd + 1)
}

import type { Database } from 'lmdb'
import type { Entry } from './batch.ts'

export type Row = { readonly key: Buffer; readonly value: Uint8Array }

/** Rows between two keys of one table, both included. */
export type Range = { readonly from: Buffer; readonly to: Buffer; readonly reverse?: boolean; readonly limit?: number }

/** Entries by table and key. */
type Entries = Map<string, Map<string, Entry>>

/**
 * A B-tree on disk and above it the entries that are durable in the log already, but not yet in the tree. A reader sees
 * the newest of both.
 */
export class Tree {
  readonly #stored: Database<Uint8Array, Buffer>
  #moving: Entries = new Map()
  #recent: Entries = new Map()

  constructor(stored: Database<Uint8Array, Buffer>) {
    this.#stored = stored
  }

  get(key: Buffer): Uint8Array | undefined {
    const recent = this.#find(key)
    return recent ? recent.value : this.#stored.get(key)
  }

  range({ from, to, reverse = false, limit }: Range): Iterable<Row> {
    const bounds = { start: from, end: to, inclusiveEnd: true, reverse }
    const recent = this.#between(reverse ? to : from, reverse ? from : to)
    if (recent.length === 0) return this.#stored.getRange(limit === undefined ? bounds : { ...bounds, limit })
    if (reverse) recent.reverse()
    return upTo(limit, merged(this.#stored.getRange(bounds), recent, reverse ? -1 : 1))
  }

  /** From here on readers see this entry. */
  add(entry: Entry): void {
    const table = tableOf(entry.key)
    const known = this.#recent.get(table)
    if (known) known.set(nameOf(entry.key), entry)
    else this.#recent.set(table, new Map([[nameOf(entry.key), entry]]))
  }

  get hasRecent(): boolean {
    return this.#recent.size > 0
  }

  /** What is to be stored now, of each key the newest. */
  beginMove(): Entry[] {
    this.#moving = this.#recent
    this.#recent = new Map()
    return [...this.#moving.values()].flatMap((entries) => [...entries.values()])
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
    const name = nameOf(key)
    return this.#recent.get(table)?.get(name) ?? this.#moving.get(table)?.get(name)
  }

  #between(from: Buffer, to: Buffer): Entry[] {
    const table = tableOf(from)
    const entries = new Map([...(this.#moving.get(table) ?? []), ...(this.#recent.get(table) ?? [])])
    return [...entries.values()]
      .filter(({ key }) => key.compare(from) >= 0 && key.compare(to) <= 0)
      .sort((one, other) => one.key.compare(other.key))
  }
}

/** Both in the same order; of two rows with one key the recent one counts. */
function* merged(stored: Iterable<Row>, recent: readonly Entry[], direction: 1 | -1): Iterable<Row> {
  let at = 0
  for (const row of stored) {
    let order = 1
    for (let next = recent[at]; next; next = recent[at]) {
      order = direction * row.key.compare(next.key)
      if (order < 0) break
      if (next.value) yield { key: next.key, value: next.value }
      at += 1
      if (order === 0) break
    }
    if (order !== 0) yield row
  }
  for (const { key, value } of recent.slice(at)) if (value) yield { key, value }
}

function* upTo(limit: number | undefined, rows: Iterable<Row>): Iterable<Row> {
  let left = limit ?? Number.POSITIVE_INFINITY
  if (left <= 0) return
  for (const row of rows) {
    yield row
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

function nameOf(key: Buffer): string {
  return key.toString('latin1')
}

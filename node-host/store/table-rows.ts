import type { Entry, Key } from '#durable/ports/storage.ts'
import type { TableRows } from '../stores.ts'
import { decodeKey, encodeKey, tableEnd, tablePrefix, tableStart } from './keys.ts'
import type { Range, Row } from './tree.ts'

/** Where rows are looked up by the whole of their keys. */
type Rows = { get(key: Buffer): Uint8Array | undefined; range(range: Range): Iterable<Row> }

/** The rows of one table of one actor, among all rows of a partition. */
export class EmbeddedTableRows implements TableRows {
  readonly #rows: Rows
  readonly #prefix: Buffer

  constructor(rows: Rows, actor: string, table: string) {
    this.#rows = rows
    this.#prefix = tablePrefix(actor, table)
  }

  async get(keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map((key) => this.#rows.get(encodeKey(this.#prefix, key)))
  }

  async range(from: number, to: number, maxBytes: number): Promise<Entry<number>[]> {
    const prefix = this.#prefix
    const bounds = { from: encodeKey(prefix, from), to: encodeKey(prefix, to), reverse: from > to }
    const entries: Entry<number>[] = []
    let bytes = 0
    for (const { key, value } of this.#rows.range(bounds)) {
      entries.push([decodeKey(prefix, key) as number, value])
      bytes += value.length
      if (bytes >= maxBytes) break
    }
    return entries
  }

  async page(after: Key | undefined, limit: number): Promise<Entry[]> {
    const prefix = this.#prefix
    // No key lies between a key and the same with a zero byte added.
    const from = after === undefined ? tableStart(prefix) : Buffer.concat([encodeKey(prefix, after), Buffer.of(0)])
    const entries: Entry[] = []
    for (const { key, value } of this.#rows.range({ from, to: tableEnd(prefix), limit })) {
      entries.push([decodeKey(prefix, key), value])
    }
    return entries
  }
}

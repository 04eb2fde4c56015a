import * as z from 'zod/mini'
import { fromUtf8, toUtf8 } from '#protocol/text.ts'
import type { Key, Storage, Write } from './ports/storage.ts'

/** A row as it is stored: JSON in UTF-8, checked against its schema when it is read. */
export class Table<Row> {
  readonly name: string
  readonly #schema: z.ZodMiniType<Row>

  constructor(name: string, schema: z.ZodMiniType<Row>) {
    this.name = name
    this.#schema = schema
  }

  put(key: Key, row: Row): Write {
    return { table: this.name, key, value: toUtf8(JSON.stringify(row)) }
  }

  delete(key: Key): Write {
    return { table: this.name, key }
  }

  async get(storage: Storage, key: string): Promise<Row | undefined> {
    const [bytes] = await storage.get(this.name, [key])
    return bytes && this.decode(bytes)
  }

  async getMany(storage: Storage, keys: readonly string[]): Promise<(Row | undefined)[]> {
    const values = await storage.get(this.name, keys)
    return values.map((bytes) => bytes && this.decode(bytes))
  }

  /** Every row, for tables that an actor keeps in memory whole. */
  async all(storage: Storage): Promise<[key: Key, row: Row][]> {
    const rows: [Key, Row][] = []
    let page: Awaited<ReturnType<Storage['page']>>
    do {
      page = await storage.page(this.name, rows.at(-1)?.[0], PAGE_ROWS)
      for (const [key, bytes] of page) rows.push([key, this.decode(bytes)])
    } while (page.length === PAGE_ROWS)
    return rows
  }

  /** Throws on a row that no version of Snug wrote: the store is damaged, and the actor must not go on. */
  decode(bytes: Uint8Array): Row {
    return z.parse(this.#schema, JSON.parse(fromUtf8(bytes)))
  }
}

const PAGE_ROWS = 500

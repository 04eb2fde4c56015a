import type { Entry, Key } from '#durable/ports/storage.ts'
import { decodeKey, encodeKey } from '../store/keys.ts'
import type { TableRows } from '../stores.ts'
import { bytesIn, type Command, listIn, type Reply } from './connection.ts'
import { boundsOf, chunkOf, type Layout } from './layout.ts'

export type Read = (commands: readonly Command[]) => Promise<Reply[]>

/** A range as short as a page of history is asked for without a look at what there is. */
const SHORT_RANGE = 128
const FIRST_LOOK = 4
const CHUNKS_AT_ONCE = 64
/** Above every key and below: bounds of ZRANGEBYLEX. */
const ALL = '-'
const END = '+'
/** A field stands in a hash of its own table. */
const NOTHING = Buffer.alloc(0)

/** The rows of one table of one actor, as they stand in a partition. */
export class RedisTableRows implements TableRows {
  readonly #layout: Layout
  readonly #actor: string
  readonly #table: string
  readonly #read: Read

  constructor(layout: Layout, actor: string, table: string, read: Read) {
    this.#layout = layout
    this.#actor = actor
    this.#table = table
    this.#read = read
  }

  async get(keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    if (keys.length === 0) return []
    const numbers = keys.filter((key) => typeof key === 'number')
    return numbers.length > 0 ? this.#values(numbers) : this.#valuesOf(keys.map((key) => encodeKey(NOTHING, key)))
  }

  async range(from: number, to: number, maxBytes: number): Promise<Entry<number>[]> {
    const found: Entry<number>[] = []
    let bytes = 0
    for await (const entry of this.#walk(from, to)) {
      found.push(entry)
      bytes += entry[1].length
      if (bytes >= maxBytes) break
    }
    return found
  }

  async page(after: Key | undefined, limit: number): Promise<Entry[]> {
    if (limit === 0) return []
    const numbered = typeof after === 'string' ? [] : await this.#numberedPage(after, limit)
    return numbered.length > 0 || typeof after === 'number' ? numbered : this.#namedPage(after, limit)
  }

  async #namedPage(after: Key | undefined, limit: number): Promise<Entry[]> {
    const from = after === undefined ? ALL : Buffer.concat([Buffer.from('('), encodeKey(NOTHING, after)])
    const index = this.#layout.keys(this.#actor, this.#table)
    const [members] = await this.#read([['zrangebylex', index, from, END, 'LIMIT', 0, limit]])
    const keys = listIn(members).flatMap((member) => bytesIn(member) ?? [])
    const values = await this.#valuesOf(keys)
    const rows = keys.flatMap((key, i): Entry[] => (values[i] ? [[decodeKey(NOTHING, key), values[i]]] : []))
    const last = keys.at(-1)
    // Rows that are just being put or deleted: an empty page is to mean the end.
    return rows.length === 0 && last ? this.#namedPage(decodeKey(NOTHING, last), limit) : rows
  }

  async #numberedPage(after: Key | undefined, limit: number): Promise<Entry[]> {
    const found: Entry[] = []
    const first = after === undefined ? 0 : Number(after) + 1
    for await (const entry of this.#walkChunks(first, Number.MAX_SAFE_INTEGER)) {
      found.push(entry)
      if (found.length === limit) break
    }
    return found
  }

  async #valuesOf(fields: readonly Buffer[]): Promise<(Uint8Array | undefined)[]> {
    if (fields.length === 0) return []
    const [values] = await this.#read([['hmget', this.#layout.rows(this.#actor, this.#table), ...fields]])
    return listIn(values).map(bytesIn)
  }

  /** In one round trip, whichever hashes they stand in. */
  async #values(sequences: readonly number[]): Promise<(Uint8Array | undefined)[]> {
    const byChunk = Map.groupBy(sequences, chunkOf)
    const commands = [...byChunk].map(([chunk, fields]): Command => ['hmget', this.#timeline(chunk), ...fields])
    const replies = await this.#read(commands)
    const values = new Map<number, Uint8Array | undefined>()
    for (const [i, fields] of [...byChunk.values()].entries()) {
      const found = listIn(replies[i])
      for (const [at, field] of fields.entries()) values.set(field, bytesIn(found[at]))
    }
    return sequences.map((sequence) => values.get(sequence))
  }

  #walk(from: number, to: number): AsyncIterable<Entry<number>> {
    return Math.abs(from - to) < SHORT_RANGE ? this.#walkAll(sequencesBetween(from, to)) : this.#walkChunks(from, to)
  }

  async *#walkAll(sequences: readonly number[]): AsyncIterable<Entry<number>> {
    const values = await this.#values(sequences)
    for (const [i, sequence] of sequences.entries()) {
      const value = values[i]
      if (value) yield [sequence, value]
    }
  }

  /** Through whatever rows there are between two keys, in that direction. */
  async *#walkChunks(from: number, to: number): AsyncIterable<Entry<number>> {
    const isUp = from <= to
    const [low, high] = isUp ? [from, to] : [to, from]
    for await (const chunk of isUp ? this.#chunksUp(from, to) : this.#chunksDown(from, to)) {
      const [first, last] = boundsOf(chunk)
      const sequences = sequencesBetween(Math.max(first, low), Math.min(last, high))
      yield* this.#walkGrowing(isUp ? sequences : sequences.reverse())
    }
  }

  /** Few rows first, since often one is enough; then more, and many where there are none. */
  async *#walkGrowing(sequences: readonly number[]): AsyncIterable<Entry<number>> {
    let size = FIRST_LOOK
    let most = sequences.length
    for (let at = 0; at < sequences.length; ) {
      for await (const entry of this.#walkAll(sequences.slice(at, at + size))) {
        most = SHORT_RANGE
        yield entry
      }
      at += size
      size = Math.min(4 * size, most)
    }
  }

  async *#chunksUp(from: number, to: number): AsyncIterable<number> {
    const index = this.#layout.chunks(this.#actor, this.#table)
    const last = chunkOf(to)
    for (let next = chunkOf(from); ; ) {
      const [found] = await this.#read([['zrangebyscore', index, next, last, 'LIMIT', 0, CHUNKS_AT_ONCE]])
      const chunks = numbersIn(found)
      yield* chunks
      if (chunks.length < CHUNKS_AT_ONCE) return
      next = Number(chunks.at(-1)) + 1
    }
  }

  /** By rank, since not every server reads scores downwards. Whoever reads down begins near the end. */
  async *#chunksDown(from: number, to: number): AsyncIterable<number> {
    const index = this.#layout.chunks(this.#actor, this.#table)
    for (let passed = 0; ; passed += CHUNKS_AT_ONCE) {
      const [found] = await this.#read([['zrange', index, -passed - CHUNKS_AT_ONCE, -passed - 1]])
      const chunks = numbersIn(found).reverse()
      yield* chunks.filter((chunk) => chunk <= chunkOf(from) && chunk >= chunkOf(to))
      if (chunks.length < CHUNKS_AT_ONCE || Number(chunks.at(-1)) <= chunkOf(to)) return
    }
  }

  #timeline(chunk: number): string {
    return this.#layout.timeline(this.#actor, this.#table, chunk)
  }
}

function sequencesBetween(from: number, to: number): number[] {
  const step = from <= to ? 1 : -1
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + i * step)
}

function numbersIn(reply: Reply | undefined): number[] {
  return listIn(reply).map((member) => Number(bytesIn(member)?.toString()))
}

import { MAX_PAGE_BYTES, MAX_PAGE_RECORDS } from '#protocol/limits.ts'
import type { Storage, Write } from './ports/storage.ts'

/** Consecutive rows in the bytes they are stored and travel in; `to` is `from - 1` when there are none. */
export type Stretch = { readonly from: number; readonly to: number; readonly rows: readonly Uint8Array[] }

export type Newest = {
  readonly upTo: number
  readonly limit: number
  readonly floor: number
  readonly maxBytes: number
}

/**
 * A table of rows dense from 1 to its head. Appending decides places at once; reading sees what is durable, so that
 * no answer depends on a commit that may still fail.
 */
export class Sequence {
  readonly #storage: Storage
  readonly #table: string
  #last = 0
  #head = 0

  constructor(storage: Storage, table: string) {
    this.#storage = storage
    this.#table = table
  }

  /** Finds the head; answers the newest row. */
  async load(): Promise<Uint8Array | undefined> {
    const [newest] = await this.#storage.range(this.#table, Number.MAX_SAFE_INTEGER, 1, 1)
    this.#last = this.#head = newest?.[0] ?? 0
    return newest?.[1]
  }

  /** The newest durable place. */
  get head(): number {
    return this.#head
  }

  /** Where the next row will stand. */
  get next(): number {
    return this.#last + 1
  }

  /** Gives rows their places; call `settled` with `stretch.to` when the writes are durable. */
  append(rows: readonly Uint8Array[]): { stretch: Stretch; writes: Write[] } {
    const from = this.next
    this.#last += rows.length
    const writes = rows.map((value, i) => ({ table: this.#table, key: from + i, value }))
    return { stretch: { from, to: this.#last, rows }, writes }
  }

  settled(to: number): void {
    this.#head = Math.max(this.#head, to)
  }

  /** Up to `limit` rows next to `anchor`, in rising order, not below the floor and not beyond the head. */
  async page(direction: 'older' | 'newer', anchor: number, limit: number, floor: number): Promise<Uint8Array[]> {
    const count = Math.min(limit, MAX_PAGE_RECORDS)
    if (direction === 'newer') {
      const from = Math.max(anchor + 1, floor)
      const to = Math.min(from + count - 1, this.#head)
      return from > to ? [] : this.#read(from, to, MAX_PAGE_BYTES)
    }
    const upTo = Math.min(anchor - 1, this.#head)
    return this.newest({ upTo, limit: count, floor, maxBytes: MAX_PAGE_BYTES })
  }

  /** The newest up to a place that is durable, in rising order. */
  async newest({ upTo, limit, floor, maxBytes }: Newest): Promise<Uint8Array[]> {
    const oldest = Math.max(upTo - limit + 1, floor)
    return upTo < oldest ? [] : (await this.#read(upTo, oldest, maxBytes)).reverse()
  }

  /** What follows `after`, as far as one page goes. */
  async following(after: number): Promise<Stretch> {
    const rows = await this.page('newer', after, MAX_PAGE_RECORDS, 1)
    return { from: after + 1, to: after + rows.length, rows }
  }

  async at(place: number): Promise<Uint8Array | undefined> {
    return (await this.#read(place, place, 1))[0]
  }

  /** The rows at these places, in this order. */
  async several(places: readonly number[]): Promise<Uint8Array[]> {
    const rows = await this.#storage.get(this.#table, places)
    return rows.flatMap((row) => row ?? [])
  }

  async #read(from: number, to: number, maxBytes: number): Promise<Uint8Array[]> {
    const entries = await this.#storage.range(this.#table, from, to, maxBytes)
    return entries.map(([, bytes]) => bytes)
  }
}

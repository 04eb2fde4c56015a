import { encodeArray } from '#protocol/codec.ts'
import { type KnownRecord, knownRecordSchema } from '#protocol/record.ts'
import { fromUtf8, toUtf8 } from '#protocol/text.ts'
import { RECORD_FORMAT } from '#protocol/version.ts'
import type { Storage, Write } from '../ports/storage.ts'
import { type Newest, Sequence, type Stretch } from '../sequence.ts'

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** The newest twenty are seldom more; a room keeps them as long as it is in memory. */
const MOST_KEPT_BYTES = 8 * 1024

/** A record before it has its place. */
export type NewRecord = DistributiveOmit<KnownRecord, 'v' | 'seq' | 'ord'>

/** A sequence, and how many countable records stand up to and including it. */
export type Place = { readonly seq: number; readonly ord: number }

/** Written by a person: it counts as unread for the others, and as read for its author. What the room says about itself does neither (SPEC.md, U2, U3). */
export function isWritten(record: NewRecord): boolean {
  return record.kind === 'text'
}

/** A room's records in order, with their countable ordinals. */
export class Timeline {
  readonly #records: Sequence
  /** What was last asked for: many members come and ask for the same. */
  #newest: { readonly oldest: number; readonly upTo: number; readonly records: Uint8Array } | undefined
  #last: Place = { seq: 0, ord: 0 }
  #head: Place = { seq: 0, ord: 0 }

  constructor(storage: Storage) {
    this.#records = new Sequence(storage, 'timeline')
  }

  async load(): Promise<void> {
    const newest = await this.#records.load()
    if (newest) this.#head = this.#last = placeOf(decodeRecord(newest))
  }

  /** The newest durable place. */
  get head(): Place {
    return this.#head
  }

  /** The newest decided place; its commit may still fail. */
  get last(): Place {
    return this.#last
  }

  /** Gives records their places; call `settled` with them when the writes are durable. */
  append(records: readonly NewRecord[]): { stretch: Stretch; places: Place[]; writes: Write[] } {
    const places = records.map((record) => {
      const { seq, ord } = this.#last
      this.#last = { seq: seq + 1, ord: isWritten(record) ? ord + 1 : ord }
      return this.#last
    })
    const rows = records.map((record, i) => toUtf8(JSON.stringify({ v: RECORD_FORMAT, ...places[i], ...record })))
    return { ...this.#records.append(rows), places }
  }

  settled(places: readonly Place[]): void {
    const newest = places.at(-1)
    if (!newest || newest.seq <= this.#head.seq) return
    this.#records.settled(newest.seq)
    this.#head = newest
  }

  page(direction: 'older' | 'newer', anchor: number, limit: number, floor: number): Promise<Uint8Array[]> {
    return this.#records.page(direction, anchor, limit, floor)
  }

  /** The newest records up to a durable place, as an array in ready bytes. */
  async newest(range: Newest): Promise<Uint8Array> {
    const { upTo, limit, floor } = range
    const oldest = Math.max(upTo - limit + 1, floor)
    const known = this.#newest
    if (known?.oldest === oldest && known.upTo === upTo) return known.records
    const records = encodeArray(await this.#records.newest(range))
    if (records.length <= MOST_KEPT_BYTES) this.#newest = { oldest, upTo, records }
    return records
  }

  following(after: number): Promise<Stretch> {
    return this.#records.following(after)
  }

  several(seqs: readonly number[]): Promise<Uint8Array[]> {
    return this.#records.several(seqs)
  }

  /** The countable ordinal at a durable place. */
  async ordAt(seq: number): Promise<number> {
    if (seq === this.#head.seq) return this.#head.ord
    const row = await this.#records.at(seq)
    return row ? decodeRecord(row).ord : 0
  }
}

export function decodeRecord(bytes: Uint8Array): KnownRecord {
  return knownRecordSchema.parse(JSON.parse(fromUtf8(bytes)))
}

function placeOf({ seq, ord }: KnownRecord): Place {
  return { seq, ord }
}

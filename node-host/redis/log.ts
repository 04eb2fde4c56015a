import { bytesIn, fieldsIn, listIn } from './connection.ts'
import type { Layout } from './layout.ts'
import type { WrittenRecord } from './record.ts'
import type { Claim, Server } from './server.ts'

/** Another record stands where ours would have. */
export class PlaceTaken extends Error {}

/** The last record that is whole in the tables, as an opening of the partition said it. */
type Head = { readonly opening: number; readonly number: number }

const READ_AT_ONCE = 8

/**
 * The write-ahead log of a partition: records under the numbers 1, 2, 3, ... A record is put where none is (SET NX):
 * that is the moment of the commit, and what keeps two writers apart, in one step of one key.
 */
export class RecordLog {
  readonly #server: Server
  readonly #layout: Layout
  readonly #claim: Claim

  constructor(server: Server, layout: Layout, claim: Claim) {
    this.#server = server
    this.#layout = layout
    this.#claim = claim
  }

  /**
   * Resolves when the record is in the log, and was while we owned the partition. Rejects with Unanswered when that is
   * not known: then the same bytes are put again; with PlaceTaken or Dispossessed when it never will be.
   */
  async put({ number, bytes }: WrittenRecord): Promise<void> {
    const key = this.#layout.record(number)
    const [put, owner] = await this.#server.send([
      ['set', key, bytes, 'NX'],
      ['get', this.#claim.key],
    ])
    this.#server.heed(this.#claim, owner)
    if (put !== null) return
    const [there] = await this.#server.send([['get', key]])
    if (!bytesIn(there)?.equals(bytes)) throw new PlaceTaken(`record ${number} of the log is another's`)
  }

  /** The records after this one, as far as they follow each other. */
  async *after(number: number): AsyncIterable<WrittenRecord> {
    for (let first = number + 1; ; first += READ_AT_ONCE) {
      const numbers = Array.from({ length: READ_AT_ONCE }, (_, i) => first + i)
      const [found] = await this.#server.send([['mget', ...numbers.map((each) => this.#layout.record(each))]])
      for (const [i, reply] of listIn(found).entries()) {
        const bytes = bytesIn(reply)
        if (!bytes) return
        yield { number: first + i, bytes }
      }
    }
  }

  /** What each opening said last of how far the tables are, the newest opening last; none where there was none. */
  async heads(): Promise<Head[]> {
    const [heads] = await this.#server.send([['hgetall', this.#layout.heads]])
    const all = fieldsIn(heads).map(([opening, number]) => ({ opening: Number(opening), number: Number(number) }))
    return all.sort((a, b) => a.opening - b.opening)
  }

  /** Says how far the tables are. Each opening says it for itself: what one that is over still says counts no more. */
  async setHead({ opening, number }: Head): Promise<void> {
    await this.#server.send([['hset', this.#layout.heads, String(opening), number]])
  }

  async forgetHeads(heads: readonly Head[]): Promise<void> {
    if (heads.length > 0)
      await this.#server.send([['hdel', this.#layout.heads, ...heads.map(({ opening }) => String(opening))]])
  }

  async drop(numbers: readonly number[]): Promise<void> {
    if (numbers.length > 0) await this.#server.send([['unlink', ...numbers.map((each) => this.#layout.record(each))]])
  }
}

import * as z from 'zod/mini'
import { timestampSchema } from '#protocol/fields.ts'
import type { Limits } from '../ports/host.ts'
import type { Storage, Write } from '../ports/storage.ts'
import { Table } from '../rows.ts'
import { TokenBucket } from '../token-bucket.ts'

const table = new Table('rates', z.object({ tokens: z.number(), at: timestampSchema }))
const KEY = 'openings'

/** The rooms that a user may open in a while. On disk, so that neither another gateway nor a reload begins anew. */
export class Openings {
  readonly #perMinute: number
  #left: TokenBucket

  constructor({ roomsPerMinute }: Limits, now: number) {
    this.#perMinute = roomsPerMinute
    this.#left = new TokenBucket(roomsPerMinute / 60, roomsPerMinute, now)
  }

  async load(storage: Storage, now: number): Promise<void> {
    this.#left = new TokenBucket(this.#perMinute / 60, this.#perMinute, now, await table.get(storage, KEY))
  }

  /** Takes one: what is then to be committed; or how many ms to wait. */
  take(now: number): { readonly write: Write } | { readonly waitMs: number } {
    const waitMs = this.#left.take(now)
    return waitMs > 0 ? { waitMs } : { write: table.put(KEY, this.#left.state) }
  }
}

import * as z from 'zod/mini'
import { timestampSchema } from '#protocol/fields.ts'
import type { Storage, Write } from '../ports/storage.ts'
import { Table } from '../rows.ts'
import { TokenBucket } from '../token-bucket.ts'

const table = new Table('rates', z.object({ tokens: z.number(), at: timestampSchema }))

/** What a user may do so often in a minute. On disk, so that neither another gateway nor a reload begins anew. */
export class PerMinute {
  readonly #what: string
  readonly #rate: number
  #left: TokenBucket

  constructor(what: string, rate: number, now: number) {
    this.#what = what
    this.#rate = rate
    this.#left = new TokenBucket(rate / 60, rate, now)
  }

  async load(storage: Storage, now: number): Promise<void> {
    this.#left = new TokenBucket(this.#rate / 60, this.#rate, now, await table.get(storage, this.#what))
  }

  /** Takes one: what is then to be committed; or how many ms to wait. */
  take(now: number): { readonly write: Write } | { readonly waitMs: number } {
    const waitMs = this.#left.take(now)
    return waitMs > 0 ? { waitMs } : { write: table.put(this.#what, this.#left.state) }
  }
}

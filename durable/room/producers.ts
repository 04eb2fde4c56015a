import type { ProducerId, UserId } from '#protocol/ids.ts'
import type { Storage, Write } from '../ports/storage.ts'
import { type ProducerRow, producerTable } from './rows.ts'

/** How a number stands to its producer's last: next in turn, already settled, or too early. */
export type Turn = 'next' | 'repeat' | 'early' | 'foreign'

/**
 * The last settled number of each producer (SPEC.md, P). Rows stay in memory as long as the room does: one that was
 * dropped before its commit is durable would be read back old, and accept a message twice.
 */
export class Producers {
  readonly #storage: Storage
  readonly #rows = new Map<ProducerId, ProducerRow>()

  constructor(storage: Storage) {
    this.#storage = storage
  }

  /** Reads what a decision about these producers needs. */
  async fetch(producers: Iterable<ProducerId>): Promise<void> {
    const missing = [...new Set(producers)].filter((producer) => !this.#rows.has(producer))
    if (missing.length === 0) return
    const rows = await producerTable.getMany(this.#storage, missing)
    for (const [i, producer] of missing.entries()) {
      const row = rows[i]
      // A turn that ran during the read knows better.
      if (row && !this.#rows.has(producer)) this.#rows.set(producer, row)
    }
  }

  turn(user: UserId, producer: ProducerId, n: number): Turn {
    const row = this.#rows.get(producer)
    if (row && row.user !== user) return 'foreign'
    const last = row?.n ?? 0
    if (n <= last) return 'repeat'
    return n === last + 1 ? 'next' : 'early'
  }

  settle(user: UserId, producer: ProducerId, n: number): void {
    this.#rows.set(producer, { user, n })
  }

  writes(producers: ReadonlySet<ProducerId>): Write[] {
    return [...producers].flatMap((producer) => {
      const row = this.#rows.get(producer)
      return row ? [producerTable.put(producer, row)] : []
    })
  }
}

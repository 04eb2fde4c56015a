import type { Store } from '#node-host/store/store.ts'

/** Rows of several actors, spread over the partitions, some as long as several pages. */

export const ACTORS = Array.from({ length: 12 }, (_, i) => `room:${i}`)
export const ROWS_OF_ACTOR = 60
const LONG_EVERY = 20
const LONG_BYTES = 9_000
const SHORT_BYTES = 100

export function keyOf(actor: string, n: number): Buffer {
  return Buffer.from(`${actor}\0table\0${String(n).padStart(4, '0')}`)
}

export function contentOf(actor: string, n: number): Buffer {
  return Buffer.alloc(n % LONG_EVERY === 0 ? LONG_BYTES : SHORT_BYTES, `${actor} ${n} `)
}

/** Of each actor, one after another. The last of them are still in the log when the process ends without a word. */
export async function storeRows(store: Store, first: number, end: number): Promise<void> {
  for (let n = first; n < end; n++) {
    await Promise.all(
      ACTORS.map((actor) =>
        store
          .partitionOf(actor)
          .commit({ rows: [{ key: keyOf(actor, n), value: contentOf(actor, n) }], bytes: contentOf(actor, n).length }),
      ),
    )
  }
}

/**
 * The storage of one actor: tables of key -> bytes, owned by the actor alone.
 *
 * A table's keys are either all strings (compared by code unit) or all non-negative integers (a timeline: a page costs the
 * same however long it is, but more where there are long gaps, on some stores much more). A read sees every commit issued
 * on its handle before it, awaited or not.
 */
export type Key = string | number

export type Entry<K extends Key = Key> = readonly [key: K, value: Uint8Array]

/** One change of one row; without a value the row is deleted. */
export type Write = { readonly table: string; readonly key: Key; readonly value?: Uint8Array }

/** `wakeAt` replaces the actor's alarm (ms; null clears it; undefined leaves it), atomically with the writes. */
export type Commit = { readonly writes: readonly Write[]; readonly wakeAt?: number | null }

export interface Storage {
  /** The values of the keys, in their order; undefined where there is none. */
  get(table: string, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]>

  /**
   * The rows of a timeline from one sequence to another, both included, read in that direction: descending when
   * `from` is above `to`. Ends early with the row that brings the values to `maxBytes`, so after at least one.
   */
  range(table: string, from: number, to: number, maxBytes: number): Promise<Entry<number>[]>

  /** Up to `limit` rows in key order, after the given key or from the start. */
  page(table: string, after: Key | undefined, limit: number): Promise<Entry[]>

  /**
   * Applies all writes or none; resolves when they are durable. Commits take effect in the order they were issued and
   * need not be awaited one by one. After one has failed, every later one of this handle fails too: the actor must be
   * loaded again. At most MAX_COMMIT_BYTES.
   */
  commit(commit: Commit): Promise<void>
}

export const MAX_COMMIT_BYTES = 1024 * 1024

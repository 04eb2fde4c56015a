/**
 * Where a client keeps its cache and its outbox: a small key-value store of structured-clone values. There are no
 * transactions: whoever writes keeps an order in which stopping anywhere is harmless.
 */
export interface Store {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  remove(key: string): Promise<void>
  /** All keys that start with the prefix. */
  keys(prefix: string): Promise<string[]>
}

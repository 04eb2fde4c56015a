/**
 * Where everything stands on a server of the Redis protocol. No key is ever of two types. All keys of a partition carry
 * its number as their hash tag, so that whatever spreads keys by tags keeps a partition on one server.
 *
 *     snug:format              string  which store this is, and which of its servers
 *     snug:lease               string  the host that uses the server; gone a few seconds after its last word
 *     snug:{p}:owner           string  who may write to partition p: the host, and which opening of the partition
 *     snug:{p}:heads           hash    opening -> number of the last record that is applied whole and no longer needed
 *     snug:{p}:log:n           string  the n-th record of the write-ahead log: a batch of commits, never changed
 *     snug:{p}:alarms          hash    actor -> when it is to be woken, in ms
 *     snug:{p}:rows:a/t        hash    rows of actor a, table t, by keys that are strings
 *     snug:{p}:keys:a/t        zset    those keys, all with the score 0: in the order of their bytes
 *     snug:{p}:timeline:a/t/c  hash    1,024 rows by keys that are numbers: from 1,024 c on
 *     snug:{p}:chunks:a/t      zset    the numbers c of which there are rows
 */

export const FORMAT_KEY = 'snug:format'
export const LEASE_KEY = 'snug:lease'

/** Rows of a timeline that share a hash. Part of the format. */
const CHUNK_ROWS = 1024

export function chunkOf(sequence: number): number {
  return Math.floor(sequence / CHUNK_ROWS)
}

/** The first sequence of a chunk, and the last. */
export function boundsOf(chunk: number): [first: number, last: number] {
  return [chunk * CHUNK_ROWS, (chunk + 1) * CHUNK_ROWS - 1]
}

/** Which table of which actor an index is of: every table that has rows has one. */
export function tableOfIndex(key: string): { partition: number; actor: string; table: string } | undefined {
  const [, partition, actor, table] = /^snug:\{(\d+)\}:(?:keys|chunks):(.*)\/([^/]*)$/s.exec(key) ?? []
  return actor === undefined || table === undefined ? undefined : { partition: Number(partition), actor, table }
}

/** Where a partition lies. Part of the format. */
export function serverOf(partition: number, servers: number): number {
  return partition % servers
}

/** The keys of one partition. */
export class Layout {
  readonly owner: string
  readonly heads: string
  readonly alarms: string
  readonly #prefix: string

  constructor(partition: number) {
    this.#prefix = `snug:{${partition}}`
    this.owner = `${this.#prefix}:owner`
    this.heads = `${this.#prefix}:heads`
    this.alarms = `${this.#prefix}:alarms`
  }

  record(number: number): string {
    return `${this.#prefix}:log:${number}`
  }

  rows(actor: string, table: string): string {
    return `${this.#prefix}:rows:${actor}/${table}`
  }

  keys(actor: string, table: string): string {
    return `${this.#prefix}:keys:${actor}/${table}`
  }

  timeline(actor: string, table: string, chunk: number): string {
    return `${this.#prefix}:timeline:${actor}/${table}/${chunk}`
  }

  chunks(actor: string, table: string): string {
    return `${this.#prefix}:chunks:${actor}/${table}`
  }
}

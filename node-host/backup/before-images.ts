import type { Entry, Key } from '#durable/ports/storage.ts'
import type { TableName } from '../stores.ts'

type Value = Uint8Array | undefined

/** One table while it is copied, from its first row to its last. */
type TableCopy = {
  /** What rows were that have changed since, by keys that the copy has not come to. Undefined: not there. */
  readonly images: Map<Key, Value>
  /** The last key that the copy has come to. */
  passed: Key | undefined
}

/** Many more, and a copy that takes too long would fill the memory. */
const MAX_BYTES = 64 * 1024 * 1024
const BYTES_OF_ENTRY = 100

/**
 * What rows were at one moment, where they have changed since and are not copied yet. With it a copy that takes its time
 * is of that one moment, and nobody waits for it.
 */
export class BeforeImages {
  readonly #copies = new Map<string, TableCopy>()
  readonly #copied = new Set<string>()
  #bytes = 0

  /** Whether the row, which is about to change, is not copied yet and not kept here. */
  needs(table: TableName, key: Key): boolean {
    const name = nameOf(table)
    if (this.#copied.has(name)) return false
    const copy = this.#copies.get(name)
    return !copy || (!copy.images.has(key) && !hasPassed(copy, key))
  }

  /** Throws where it would be too much. */
  keep(table: TableName, key: Key, value: Value): void {
    if (!this.needs(table, key)) return
    this.#bytes += BYTES_OF_ENTRY + (value?.length ?? 0)
    if (this.#bytes > MAX_BYTES) throw new Error('more has changed than can be kept in memory')
    this.#copyOf(table).images.set(key, value)
  }

  /** Rows of the table as they stand now, those that follow the last ones told: answers them as they stood then. */
  pass(table: TableName, rows: readonly Entry[], isLast: boolean): Entry[] {
    const copy = this.#copyOf(table)
    const end = isLast ? undefined : rows.at(-1)?.[0]
    const unchanged = rows.filter(([key]) => !copy.images.has(key))
    const changed = [...copy.images].filter(([key]) => end === undefined || key <= end)
    for (const [key, value] of changed) this.#forget(copy, key, value)
    copy.passed = end
    if (isLast) this.#end(table)
    return [...unchanged, ...changed.flatMap(([key, value]): Entry[] => (value ? [[key, value]] : []))]
  }

  /** Tables that have lost all of their rows before anybody came to copy them. */
  *left(): Iterable<TableName> {
    for (const name of [...this.#copies.keys()]) yield tableOf(name)
  }

  #copyOf(table: TableName): TableCopy {
    const name = nameOf(table)
    const known = this.#copies.get(name)
    if (known) return known
    const fresh = { images: new Map(), passed: undefined }
    this.#copies.set(name, fresh)
    return fresh
  }

  #forget({ images }: TableCopy, key: Key, value: Value): void {
    images.delete(key)
    this.#bytes -= BYTES_OF_ENTRY + (value?.length ?? 0)
  }

  #end(table: TableName): void {
    this.#copies.delete(nameOf(table))
    this.#copied.add(nameOf(table))
  }
}

function hasPassed({ passed }: TableCopy, key: Key): boolean {
  return passed !== undefined && key <= passed
}

/** No name holds U+0000. */
function nameOf({ actor, table }: TableName): string {
  return `${actor}\0${table}`
}

function tableOf(name: string): TableName {
  const end = name.indexOf('\0')
  return { actor: name.slice(0, end), table: name.slice(end + 1) }
}

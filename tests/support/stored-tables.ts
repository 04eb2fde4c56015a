import type { MemoryDisk } from './memory-storage.ts'

/** Each table of each actor, as one text. */
type StoredRows = ReadonlyMap<string, string>

export function storedRows(disk: MemoryDisk): StoredRows {
  const tables = new Map<string, string>()
  for (const [actor, table, [key, value]] of disk.rows()) {
    const name = `${actor} ${table}`
    tables.set(name, `${tables.get(name) ?? ''}${key} ${Buffer.from(value).toString('latin1')}\n`)
  }
  return tables
}

/** The tables that are not as they were, by the kind of their actor: `user devices`. */
export function changedTables(before: StoredRows, after: StoredRows): string[] {
  const names = new Set([...before.keys(), ...after.keys()])
  const changed = [...names].filter((name) => before.get(name) !== after.get(name))
  return [...new Set(changed.map((name) => name.replace(/\/\S*/, '')))].sort()
}

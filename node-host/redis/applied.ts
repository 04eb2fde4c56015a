import { ALARMS, decodeNumber, entriesOf } from '../store/batch.ts'
import { partsOf } from '../store/keys.ts'
import type { Command } from './connection.ts'
import { chunkOf, type Layout } from './layout.ts'

/** What one command takes at most: some servers bound their arguments. */
const ROWS_AT_ONCE = 500

type Change = { readonly field: Buffer | number; readonly value: Buffer | undefined }
/** Of each row of a hash the last change in a batch, and what the hash belongs to. */
type Hash = { readonly changes: Map<string, Change>; readonly index: string; readonly chunk?: number }

/** The commands that put a batch into the tables. Carried out twice, or once more from any place, they change nothing. */
export function commandsOf(layout: Layout, batch: Buffer): Command[] {
  const hashes = new Map<string, Hash>()
  const alarms = new Map<string, Change>()
  for (const { tree, key, value } of entriesOf(batch)) {
    if (tree === ALARMS) {
      const at = value && Buffer.from(String(decodeNumber(value)))
      alarms.set(key.toString(), { field: key, value: at })
    } else addRow(hashes, layout, key, value)
  }
  const commands = [...hashes].flatMap(([name, hash]) => commandsOfHash(name, hash))
  return [...commands, ...commandsOfFields(layout.alarms, [...alarms.values()])]
}

function addRow(hashes: Map<string, Hash>, layout: Layout, encoded: Buffer, value: Buffer | undefined): void {
  const { actor, table, key } = partsOf(encoded)
  if (typeof key === 'number') {
    const chunk = chunkOf(key)
    const name = layout.timeline(actor, table, chunk)
    const hash = hashes.get(name) ?? { changes: new Map(), index: layout.chunks(actor, table), chunk }
    hashes.set(name, hash)
    hash.changes.set(String(key), { field: key, value })
  } else {
    const name = layout.rows(actor, table)
    const hash = hashes.get(name) ?? { changes: new Map(), index: layout.keys(actor, table) }
    hashes.set(name, hash)
    hash.changes.set(key.toString('latin1'), { field: key, value })
  }
}

/** The index has a key before its row is there, and until after it is gone: a reader passes over what it does not find. */
function commandsOfHash(name: string, { changes, index, chunk }: Hash): Command[] {
  const all = [...changes.values()]
  const fields = commandsOfFields(name, all)
  if (chunk !== undefined) return all.some(({ value }) => value) ? [['zadd', index, chunk, chunk], ...fields] : fields
  const put = all.flatMap(({ field, value }) => (value ? [0, field] : []))
  const gone = all.flatMap(({ field, value }) => (value ? [] : [field]))
  return [
    ...slices(put, 2 * ROWS_AT_ONCE).map((members): Command => ['zadd', index, ...members]),
    ...fields,
    ...slices(gone, ROWS_AT_ONCE).map((members): Command => ['zrem', index, ...members]),
  ]
}

function commandsOfFields(name: string, changes: readonly Change[]): Command[] {
  const put = changes.flatMap(({ field, value }) => (value ? [field, value] : []))
  const gone = changes.flatMap(({ field, value }) => (value ? [] : [field]))
  return [
    ...slices(put, 2 * ROWS_AT_ONCE).map((pairs): Command => ['hmset', name, ...pairs]),
    ...slices(gone, ROWS_AT_ONCE).map((fields): Command => ['hdel', name, ...fields]),
  ]
}

function slices<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))
}

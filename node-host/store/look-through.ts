import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ABORT, type Database, open } from 'lmdb'
import { BINARY, TREE_NAMES } from './trees.ts'

const PROBE = Buffer.from('probe')
/** So large that LMDB looks through all that it has of free pages for a place. */
const PROBE_BYTES = 4 * 1024 * 1024

/** Reads all that is in a partition's trees, and what is free between it. Throws where that is not as it should be. */
export async function lookThrough(partition: string): Promise<void> {
  if (!existsSync(join(partition, 'data.mdb'))) return
  await readRows(partition)
  await seekSpace(partition)
}

/**
 * Rows out of order are damage too: pages that lead in a circle would be read for ever. So are fewer than there should
 * be: where LMDB cannot read on, it may say that there are no more.
 */
async function readRows(path: string): Promise<void> {
  const environment = open<Buffer, Buffer>({
    path,
    noSubdir: false,
    readOnly: true,
    maxDbs: TREE_NAMES.length,
    ...BINARY,
  })
  for (const name of TREE_NAMES) {
    const options = { name, ...BINARY }
    // An older Snug had fewer.
    const tree: Database<Buffer, Buffer> | undefined = environment.openDB<Buffer, Buffer>(options)
    let last: Buffer | undefined
    let found = 0
    for (const { key, value } of tree?.getRange() ?? []) {
      if (last && last.compare(key) >= 0) throw new Error('its rows are out of order')
      last = Buffer.from(key)
      found++
      // Rows of several pages are read to their end.
      value.at(-1)
    }
    if (tree && found !== countIn(tree)) throw new Error('it holds fewer rows than it says')
  }
  await environment.close()
}

/** What LMDB has counted. */
function countIn(tree: Database<Buffer, Buffer>): number {
  const { entryCount } = tree.getStats() as { readonly entryCount: number }
  return entryCount
}

/** As a write would, and leaves everything as it was. */
async function seekSpace(path: string): Promise<void> {
  const environment = open<Buffer, Buffer>({ path, noSubdir: false, maxDbs: TREE_NAMES.length, ...BINARY })
  environment.transactionSync(() => {
    environment.putSync(PROBE, Buffer.alloc(PROBE_BYTES))
    return ABORT
  })
  await environment.close()
}

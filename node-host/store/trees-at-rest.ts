import type { Database } from 'lmdb'
import type { TreesState } from './log-reading.ts'
import { BINARY, stateIn, TREE_NAMES } from './trees.ts'

const NOTHING: TreesState = { moved: 0, marks: undefined, place: undefined }

/** What trees that nobody has open know, and whether they hold anything. Changes nothing. */
export async function readAtRest(folder: string): Promise<{ readonly state: TreesState; readonly isEmpty: boolean }> {
  const { open } = await import('lmdb')
  const environment = open<Buffer, Buffer>({
    path: folder,
    noSubdir: false,
    readOnly: true,
    maxDbs: TREE_NAMES.length,
    ...BINARY,
  })
  try {
    // An older Snug had fewer.
    const tree = (name: (typeof TREE_NAMES)[number]): Database<Buffer, Buffer> | undefined =>
      environment.openDB<Buffer, Buffer>({ name, ...BINARY })
    const moved = tree('moved')
    const rows = [tree('rows'), tree('alarms')].flatMap((each) => [...(each?.getKeys({ limit: 1 }) ?? [])])
    return { state: moved ? stateIn(moved) : NOTHING, isEmpty: rows.length === 0 }
  } finally {
    await environment.close()
  }
}

import { existsSync } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { Damage, inFolder } from './damage.ts'
import { type LogPlace, logFiles, readLog } from './log-reading.ts'
import { codeOf } from './system-words.ts'
import { readAtRest } from './trees-at-rest.ts'

export type Expected = {
  /** Which partition of which folder each one is, by its name. */
  readonly places: ReadonlyMap<string, string>
  /** All partitions have been made. */
  readonly isWhole: boolean
}

/** A partition as it was found: what of it is missing, and whether anything was ever stored in it. */
type Found = { readonly missing?: string; readonly isUsed: boolean }

/**
 * Makes sure that a folder has all its partitions, and each of them what it should hold, as far as the files can tell that
 * can be read. Changes nothing. Throws a StartError where something is not as Snug has left it.
 */
export async function examine(folder: string, { places, isWhole }: Expected): Promise<void> {
  try {
    const found: Found[] = []
    for (const [name, place] of places) found.push(await find(folder, name, place, isWhole))
    const missing = found.find((each) => each.missing !== undefined)?.missing
    // All are made before anything is stored in one of them.
    const areMade = isWhole || found.some(({ isUsed }) => isUsed)
    if (areMade && missing !== undefined) throw new Damage(`${missing} is missing`)
  } catch (error) {
    throw inFolder(folder, error)
  }
}

async function find(parent: string, name: string, place: string, isWhole: boolean): Promise<Found> {
  const folder = join(parent, name)
  if (!(await isThere(folder))) return { missing: name, isUsed: false }
  if (!(await isThere(join(folder, 'data.mdb'))))
    return { missing: `${name}/data.mdb`, isUsed: logFiles(folder).some(existsSync) }
  return { isUsed: await isUsed({ folder, place }, isWhole) }
}

/** Throws what the system says of one that may not be read and written: it is not missing. */
async function isThere(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK | constants.W_OK)
    return true
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return false
    throw error
  }
}

async function isUsed(at: LogPlace, isWhole: boolean): Promise<boolean> {
  const { state, isEmpty } = await readAtRest(at.folder)
  const batches = await readLog(at, state, !isWhole)
  return !isEmpty || batches.length > 0
}

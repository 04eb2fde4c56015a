import type { Dirent } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { damaged } from '#node-host/store/damage.ts'
import { CLASS_FOLDERS } from './config.ts'

/** What every database begins with, but for one that holds nothing yet. */
const SQLITE = Buffer.from('SQLite format 3\0')
/** The alarms of a class, there from the first start on: of its objects it says nothing. */
const ALARMS = 'metadata.sqlite'

/**
 * Makes sure that the databases of all objects are databases: workerd would find out one by one, when somebody needs it.
 * Changes nothing. Throws a StartError.
 *
 * @returns the names of the folders of our classes in which an object has stored something
 */
export async function examineObjects(data: string, folder: string): Promise<string[]> {
  const used = new Set<string>()
  for (const path of await databasesBelow(join(data, folder))) {
    const found = await look(path).catch(ifGone)
    if (found === 'other') throw damaged(data, `${relative(data, path)} cannot be read`)
    if (found === 'database' && basename(path) !== ALARMS) used.add(basename(dirname(path)))
  }
  return CLASS_FOLDERS.filter((each) => used.has(each))
}

/** The folders of our classes that have been made, by their names. */
export async function classFoldersIn(data: string, folder: string): Promise<Map<string, string>> {
  const entries = await entriesBelow(join(data, folder))
  const folders = entries.filter((entry) => entry.isDirectory() && CLASS_FOLDERS.includes(entry.name))
  return new Map(folders.map(({ parentPath, name }) => [name, join(parentPath, name)]))
}

async function databasesBelow(folder: string): Promise<string[]> {
  const entries = await entriesBelow(folder)
  const databases = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.sqlite'))
  return databases.map(({ parentPath, name }) => join(parentPath, name))
}

function entriesBelow(folder: string): Promise<Dirent[]> {
  return readdir(folder, { recursive: true, withFileTypes: true }).catch(ifThere)
}

/** Not before the first start. */
function ifThere(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return []
  throw error
}

/** While workerd runs it may remove one. */
function ifGone(error: NodeJS.ErrnoException): 'empty' {
  if (error.code === 'ENOENT') return 'empty'
  throw error
}

async function look(path: string): Promise<'empty' | 'database' | 'other'> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(SQLITE.length), 0, SQLITE.length, 0)
    if (bytesRead === 0) return 'empty'
    return SQLITE.equals(buffer) ? 'database' : 'other'
  } finally {
    await file.close()
  }
}

import { open, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { damaged } from '#node-host/store/damage.ts'

/** What every database begins with, but for one that holds nothing yet. */
const SQLITE = Buffer.from('SQLite format 3\0')

/**
 * Makes sure that the databases of all objects are databases: workerd would find out one by one, when somebody needs it.
 * Changes nothing. Throws a StartError.
 */
export async function examineObjects(data: string, folder: string): Promise<void> {
  const entries = await readdir(join(data, folder), { recursive: true, withFileTypes: true }).catch(ifThere)
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && entry.name.endsWith('.sqlite') && !(await isDatabase(path)))
      throw damaged(data, `${relative(data, path)} cannot be read`)
  }
}

/** Not before the first start. */
function ifThere(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return []
  throw error
}

async function isDatabase(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(SQLITE.length), 0, SQLITE.length, 0)
    return bytesRead === 0 || SQLITE.equals(buffer)
  } finally {
    await file.close()
  }
}

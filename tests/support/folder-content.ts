import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** They hold nothing: who has them open is what counts, and whoever looks into a folder opens them. */
const LOCKS = ['lock', 'lock.mdb']

/** Every file and folder below one, but for the locks, with its permissions and a hash of what it holds. */
export async function contentOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => !LOCKS.includes(basename(name)))
  return Promise.all(
    names.toSorted().map(async (name) => {
      const path = join(folder, name)
      const entry = await stat(path)
      const hash = entry.isFile()
        ? createHash('sha256')
            .update(await readFile(path))
            .digest('hex')
        : ''
      return `${name} ${(entry.mode & 0o777).toString(8)} ${hash}`
    }),
  )
}

import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { removeWhole, writeWhole } from './store/files.ts'

const FILE = 'first-invitation'

/**
 * Leaves the first invitation in the data folder, readable by its owner only, where logs and all who may read them
 * would be told a secret otherwise; no file where there is none to leave.
 *
 * @returns where it is
 */
export async function keepInvitation(data: string, invitation: string | undefined): Promise<string | undefined> {
  const path = join(resolve(data), FILE)
  await removeWhole(path)
  if (invitation === undefined) return undefined
  // Whose messages are kept on a server elsewhere may have no folder yet.
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeWhole(path, `${invitation}\n`)
  return path
}

import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Written aside and renamed, so that it is there whole or not at all. Readable by its owner only. */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await writeDraft(draftOf(path), text)
    await rename(draftOf(path), path)
  } catch (error) {
    await rm(draftOf(path), { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

async function writeDraft(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The files that were made in a folder are there after a power cut too. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  await folder.sync()
  await folder.close()
}

/** Removes what writeWhole wrote, and the draft that it leaves behind where it is interrupted. */
export async function removeWhole(path: string): Promise<void> {
  for (const each of [path, draftOf(path)]) await rm(each, { force: true })
}

export function draftOf(name: string): string {
  return `${name}.new`
}

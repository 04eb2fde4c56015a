import type { SavedFile } from '../saved.ts'
import { type Hashes, hashing } from './hashing.ts'

/** Hears how many more bytes were hashed; answers whether that goes on. */
type Progress = (bytes: number) => boolean

export function isHashed({ declaration: { sha256, parts } }: SavedFile): boolean {
  return sha256 !== undefined || parts !== undefined
}

/** The same files with what the server must hear of their bytes before it takes one; undefined where it was stopped. */
export async function hashed(files: readonly SavedFile[], onProgress: Progress): Promise<SavedFile[] | undefined> {
  const done: SavedFile[] = []
  for (const file of files) {
    const hashes = isHashed(file) ? {} : await hashesOf(file, onProgress)
    if (!hashes) return undefined
    done.push({ ...file, declaration: { ...file.declaration, ...hashes } })
  }
  return done
}

async function hashesOf({ bytes }: SavedFile, onProgress: Progress): Promise<Hashes | undefined> {
  const pieces = hashing(bytes)
  for (;;) {
    const piece = await pieces.next()
    if (piece.done) return piece.value
    if (!onProgress(piece.value)) return undefined
  }
}

import type { SavedFile } from '../saved.ts'
import { type Hashes, hashing } from './hashing.ts'

type Listener = {
  /** So many more bytes were looked at. Answers whether that goes on. */
  looked(bytes: number): boolean
}

export function isPrepared({ declaration: { sha256, parts } }: SavedFile): boolean {
  return sha256 !== undefined || parts !== undefined
}

/** The same files with what the server must hear of their bytes before it takes one; undefined where it was stopped. */
export async function prepared(files: readonly SavedFile[], listener: Listener): Promise<SavedFile[] | undefined> {
  const done: SavedFile[] = []
  for (const file of files) {
    const hashes = isPrepared(file) ? {} : await hashesOf(file, listener)
    if (!hashes) return undefined
    done.push({ ...file, declaration: { ...file.declaration, ...hashes } })
  }
  return done
}

async function hashesOf({ bytes }: SavedFile, { looked }: Listener): Promise<Hashes | undefined> {
  const pieces = hashing(bytes)
  for (;;) {
    const piece = await pieces.next()
    if (piece.done) return piece.value
    if (!looked(piece.value)) return undefined
  }
}

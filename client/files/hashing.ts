import { sha256 } from '@noble/hashes/sha2.js'
import { partLength } from '#protocol/file.ts'
import { toBase64Url } from '#protocol/ids.ts'
import { MAX_WHOLE_FILE_BYTES, PART_BYTES } from '#protocol/limits.ts'
import type { Bytes } from '../ports/transfer.ts'

/** Read and hashed at once: between two pieces a page draws. */
const PIECE_BYTES = 1024 * 1024

/** What a declaration says of the bytes. */
export type Hashes = { readonly sha256: string } | { readonly parts: string[] }

/** The device has lost bytes that it had kept. */
export class Unreadable extends Error {}

/** Tells of each piece how long it was, once it was read; whoever asks for no more ends it. */
export async function* hashing(bytes: Bytes): AsyncGenerator<number, Hashes> {
  if (bytes.size <= MAX_WHOLE_FILE_BYTES) return { sha256: yield* hashingOne(bytes) }
  const parts: string[] = []
  for (let part = 0; part * PART_BYTES < bytes.size; part++) parts.push(yield* hashingOne(partOf(bytes, part)))
  return { parts }
}

/** Counted from 0. */
export function partOf(bytes: Bytes, part: number): Bytes {
  const start = part * PART_BYTES
  return bytes.slice(start, start + partLength(bytes.size, part))
}

async function* hashingOne(bytes: Bytes): AsyncGenerator<number, string> {
  const hash = sha256.create()
  for (let at = 0; at < bytes.size; at += PIECE_BYTES) {
    const piece = await read(bytes.slice(at, Math.min(at + PIECE_BYTES, bytes.size)))
    hash.update(piece)
    yield piece.length
  }
  return toBase64Url(hash.digest())
}

async function read(bytes: Bytes): Promise<Uint8Array> {
  try {
    return new Uint8Array(await bytes.arrayBuffer())
  } catch (cause) {
    throw new Unreadable('the bytes of a file cannot be read any more', { cause })
  }
}

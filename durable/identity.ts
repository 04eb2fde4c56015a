import { sha256 } from '@noble/hashes/sha2.js'
import { makeId, type RoomId, toBase64Url, type UserId } from '#protocol/ids.ts'
import { toUtf8 } from '#protocol/text.ts'

/** What is derived from ids and secrets. Secrets are stored only as `fingerprint`s. */

export function fingerprint(secret: string): string {
  return toBase64Url(sha256(toUtf8(secret)))
}

/** The room of two users: the same from either side. */
export function directRoomId(a: UserId, b: UserId): RoomId {
  return makeId('direct', sha256(toUtf8([a, b].sort().join('|'))))
}

export const DIRECTORY_SHARDS = 16

/** The directory that keeps a key. The number of shards is part of the stored data: it never changes. */
export function directoryShard(key: string): string {
  return String((sha256(toUtf8(key))[0] ?? 0) % DIRECTORY_SHARDS)
}

/** One hash for a list of them. */
export function combined(hashes: readonly string[]): string {
  return fingerprint(hashes.join(' '))
}

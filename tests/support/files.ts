import { createHash } from 'node:crypto'
import type { Declaration } from '#protocol/file.ts'
import type { FileId } from '#protocol/ids.ts'
import { MAX_WHOLE_FILE_BYTES, PART_BYTES } from '#protocol/limits.ts'
import type { Member, SmallWorld } from './small-world.ts'

/** What somebody says of a file with these bytes. */
export function declarationOf(file: FileId, bytes: Uint8Array, name = 'notes.txt', type = 'text/plain'): Declaration {
  const description = { file, name, type, bytes: bytes.length }
  if (bytes.length <= MAX_WHOLE_FILE_BYTES) return { ...description, sha256: hashOf(bytes) }
  return { ...description, parts: partsOf(bytes).map(hashOf) }
}

export function partsOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / PART_BYTES)
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * PART_BYTES, (i + 1) * PART_BYTES))
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}

/** Declares a file and sends its bytes. */
export async function sendFile(
  world: SmallWorld,
  { user }: Pick<Member, 'user'>,
  bytes: Uint8Array,
  type?: string,
  file: FileId = world.id('file'),
): Promise<FileId> {
  const owner = world.peers.user(user)
  const declared = await world.until(owner.declareFile(declarationOf(file, bytes, undefined, type)))
  if ('refused' in declared) throw new Error(declared.refused.reason)
  const signed = await world.until(owner.signUpload(file))
  if ('refused' in signed) throw new Error(signed.refused.reason)
  for (const put of signed.ok) world.machine.objects.take(put, bytes)
  return file
}

/** As `sendFile`; messages may name it. */
export async function keepFile(
  world: SmallWorld,
  member: Pick<Member, 'user'>,
  bytes: Uint8Array,
  type?: string,
  as?: FileId,
): Promise<FileId> {
  const file = await sendFile(world, member, bytes, type, as)
  const kept = await world.until(world.peers.user(member.user).finishUpload(file))
  if ('refused' in kept) throw new Error(kept.refused.reason)
  return file
}

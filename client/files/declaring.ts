import { refuse } from '#protocol/errors.ts'
import { declarationSchema } from '#protocol/file.ts'
import { makeId } from '#protocol/ids.ts'
import type { FileInput } from '../model.ts'
import type { Random } from '../ports/random.ts'
import { RefusedError } from '../refused-error.ts'
import type { SavedFile } from '../saved.ts'
import { hashesOf } from './hashing.ts'

/** Files as the server is told of them, hashed, one after the other. Rejects with RefusedError: it will never take one. */
export async function declared(inputs: readonly FileInput[], random: Random): Promise<SavedFile[]> {
  const files: SavedFile[] = []
  for (const input of inputs) files.push(...(await withPreview(input, random)))
  return files
}

/** A preview goes first: the message names both. */
async function withPreview({ preview, ...input }: FileInput, random: Random): Promise<SavedFile[]> {
  const file = await declare(input, random)
  if (!preview) return [file]
  const small = await declare({ name: input.name, ...preview }, random)
  return [small, { ...file, preview: small.declaration.file }]
}

async function declare({ name, type, bytes, size }: Omit<FileInput, 'preview'>, random: Random): Promise<SavedFile> {
  const file = makeId('file', random(16))
  const described = { file, name, type, bytes: bytes.size, ...(size && { size }), ...(await hashesOf(bytes)) }
  const parsed = declarationSchema.safeParse(described)
  if (!parsed.success) throw new RefusedError(refuse('malformed', parsed.error.issues[0]?.message ?? 'no file').refused)
  return { declaration: parsed.data, bytes, reached: 0 }
}

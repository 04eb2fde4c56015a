import { refuse } from '#protocol/errors.ts'
import { describedFileSchema } from '#protocol/file.ts'
import { makeId } from '#protocol/ids.ts'
import type { FileInput } from '../model.ts'
import type { Random } from '../ports/random.ts'
import { RefusedError } from '../refused-error.ts'
import type { SavedFile } from '../saved.ts'

/** Files as they are kept before anything is known of their bytes. Throws RefusedError: no server will ever take one. */
export function described(inputs: readonly FileInput[], random: Random): SavedFile[] {
  return inputs.flatMap((input) => withPreview(input, random))
}

/** A preview goes first: the message names both. */
function withPreview({ preview, ...input }: FileInput, random: Random): SavedFile[] {
  const file = describe(input, random)
  if (!preview) return [file]
  const small = describe({ name: input.name, ...preview }, random)
  return [small, { ...file, preview: small.declaration.file }]
}

function describe({ name, type, bytes, size }: Omit<FileInput, 'preview'>, random: Random): SavedFile {
  const file = makeId('file', random(16))
  const parsed = describedFileSchema.safeParse({ file, name, type, bytes: bytes.size, ...(size && { size }) })
  if (!parsed.success) throw new RefusedError(refuse('malformed', parsed.error.issues[0]?.message ?? 'no file').refused)
  return { declaration: parsed.data, bytes, reached: 0 }
}

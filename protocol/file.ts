import * as z from 'zod/mini'
import { lineSchema, unstacked } from './fields.ts'
import { fileIdSchema } from './ids.ts'
import { MAX_FILE_NAME_LENGTH, MAX_PARTS, MAX_WHOLE_FILE_BYTES, PART_BYTES } from './limits.ts'
import { utf8Length } from './text.ts'

/** What is known of a file beside its bytes. */

/** In base64url, without padding. */
const sha256Schema = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/, 'not a SHA-256'))

/** The longest name that the file systems of most people take. */
const MAX_FILE_NAME_BYTES = 255
/** Ways out of the folder that it is saved in. */
const UNSAFE_IN_FILE_NAMES = /[/\\]|^\.+$/

export const fileNameSchema = lineSchema(MAX_FILE_NAME_LENGTH).check(
  unstacked,
  z.refine((name) => !UNSAFE_IN_FILE_NAMES.test(name) && utf8Length(name) <= MAX_FILE_NAME_BYTES, 'no file name'),
)

/** Without parameters. */
export const mediaTypeSchema = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/, 'not a media type'))

const lengthSchema = z.int().check(z.minimum(1), z.maximum(65_535))

const description = {
  file: fileIdSchema,
  name: fileNameSchema,
  type: mediaTypeSchema,
  bytes: z.int().check(z.nonnegative(), z.maximum(PART_BYTES * MAX_PARTS)),
  /** Of a picture or a film, so that there is space for it before it is loaded. */
  size: z.optional(z.object({ width: lengthSchema, height: lengthSchema })),
}

/** What a message says of each of its files. `preview` is another file: a small picture of this one. */
export const attachmentSchema = z.object({ ...description, preview: z.optional(fileIdSchema) })
export type Attachment = z.infer<typeof attachmentSchema>

/** A file that somebody wants to send, of whose bytes less may be known than the server wants to hear. */
export const describedFileSchema = z.object({
  ...description,
  sha256: z.optional(sha256Schema),
  parts: z.optional(z.array(sha256Schema).check(z.maxLength(MAX_PARTS))),
})

/** What somebody wants to send, before its first byte: with the hash of the whole, or of each part of a large file. */
export const declarationSchema = describedFileSchema.check(z.refine(hasItsHashes, 'not the hashes of so many bytes'))
export type Declaration = z.infer<typeof declarationSchema>

type Hashed = { readonly bytes: number; readonly sha256?: string | undefined; readonly parts?: string[] | undefined }

function hasItsHashes({ bytes, sha256, parts }: Hashed): boolean {
  if (bytes <= MAX_WHOLE_FILE_BYTES) return sha256 !== undefined && parts === undefined
  return sha256 === undefined && parts?.length === Math.ceil(bytes / PART_BYTES)
}

/** How many bytes a part has, from 0 on. */
export function partLength(bytes: number, part: number): number {
  return Math.min(PART_BYTES, bytes - part * PART_BYTES)
}

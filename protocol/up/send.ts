import * as z from 'zod/mini'
import { ordinalSchema, textSchema } from '../fields.ts'
import { fileIdSchema, producerIdSchema, roomIdSchema } from '../ids.ts'
import { MAX_FILES_PER_MESSAGE } from '../limits.ts'

const namedFileSchema = z.object({ file: fileIdSchema, preview: z.optional(fileIdSchema) })
export type NamedFile = z.infer<typeof namedFileSchema>

/**
 * Posts a message. (producer, n) was fixed when it was composed and never changes, so sending it again is harmless.
 * Answered by `stored` or `refused`.
 */
export const sendSchema = z
  .object({
    type: z.literal('send'),
    room: roomIdSchema,
    producer: producerIdSchema,
    n: ordinalSchema,
    text: z.union([textSchema, z.literal('')]),
    /** Kept files of the sender, each with another that is a small picture of it. */
    files: z.optional(z.array(namedFileSchema).check(z.minLength(1), z.maxLength(MAX_FILES_PER_MESSAGE))),
  })
  .check(z.refine(({ text, files }) => text !== '' || files !== undefined, 'empty'))
export type Send = z.infer<typeof sendSchema>

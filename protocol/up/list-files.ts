import * as z from 'zod/mini'
import { requestIdSchema, sequenceSchema } from '../fields.ts'
import { roomIdSchema } from '../ids.ts'

/** Asks for the newest messages of a room that name files: of all, or of those before a place. Answered by `files`. */
export const listFilesSchema = z.object({
  type: z.literal('list-files'),
  id: requestIdSchema,
  room: roomIdSchema,
  before: z.optional(sequenceSchema),
})
export type ListFiles = z.infer<typeof listFilesSchema>

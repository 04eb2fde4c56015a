import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { fileIdSchema, roomIdSchema } from '../ids.ts'

/** Asks for a file that a message of a room names, or for its preview. Answered by `file-url`. */
export const getFileSchema = z.object({
  type: z.literal('get-file'),
  id: requestIdSchema,
  room: roomIdSchema,
  file: fileIdSchema,
})
export type GetFile = z.infer<typeof getFileSchema>

import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { fileIdSchema, roomIdSchema } from '../ids.ts'

/**
 * Asks for a file that a message of a room names, or for its preview. `save`: a browser that follows the URL saves the
 * file, whatever it is; else it shows what can be seen or heard. Answered by `file-url`.
 */
export const getFileSchema = z.object({
  type: z.literal('get-file'),
  id: requestIdSchema,
  room: roomIdSchema,
  file: fileIdSchema,
  save: z.optional(z.boolean()),
})
export type GetFile = z.infer<typeof getFileSchema>

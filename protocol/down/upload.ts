import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { fileIdSchema } from '../ids.ts'

/** How far a file is: `declared`, its bytes are awaited; `kept`, they were looked at, and messages may name it. */
export const uploadSchema = z.object({
  type: z.literal('upload'),
  re: requestIdSchema,
  file: fileIdSchema,
  state: z.enum(['declared', 'kept']),
})
export type Upload = z.infer<typeof uploadSchema>

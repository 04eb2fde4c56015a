import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { userIdSchema } from '../ids.ts'

/** Opens, or finds, the direct room with another user. Answered by `opened`. */
export const openDirectSchema = z.object({
  type: z.literal('open-direct'),
  id: requestIdSchema,
  user: userIdSchema,
})
export type OpenDirect = z.infer<typeof openDirectSchema>

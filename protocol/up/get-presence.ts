import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { userIdSchema } from '../ids.ts'

/** Asks whether the other user of a direct room, who takes part in it, is connected. Answered by `presence`. */
export const getPresenceSchema = z.object({
  type: z.literal('get-presence'),
  id: requestIdSchema,
  user: userIdSchema,
})
export type GetPresence = z.infer<typeof getPresenceSchema>

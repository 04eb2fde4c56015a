import * as z from 'zod/mini'
import { requestIdSchema, timestampSchema } from '../fields.ts'
import { userIdSchema } from '../ids.ts'

/**
 * Answers `get-presence`: connected just now, or last until `seenAt` (ms, to the minute). Neither where the server
 * cannot be sure, and where one of the two users hides it.
 */
export const presenceSchema = z.object({
  type: z.literal('presence'),
  re: requestIdSchema,
  user: userIdSchema,
  online: z.boolean(),
  seenAt: z.optional(timestampSchema),
})
export type Presence = z.infer<typeof presenceSchema>

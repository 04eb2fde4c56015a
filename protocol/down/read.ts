import * as z from 'zod/mini'
import { sequenceSchema } from '../fields.ts'
import { roomIdSchema, userIdSchema } from '../ids.ts'

/**
 * A member's read mark moved to `seq`, where `ord` countable records have been: unread is then known also without that
 * record. Not in the timeline: catch-up returns marks with the head.
 */
export const readSchema = z.object({
  type: z.literal('read'),
  room: roomIdSchema,
  user: userIdSchema,
  seq: sequenceSchema,
  ord: sequenceSchema,
})
export type Read = z.infer<typeof readSchema>

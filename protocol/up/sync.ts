import * as z from 'zod/mini'
import { requestIdSchema, sequenceSchema } from '../fields.ts'
import { roomIdSchema } from '../ids.ts'
import { MAX_HELD_ROOMS } from '../limits.ts'

/**
 * Catches up: the inbox cursor (without one the client holds nothing, and begins at the head) and, newest first, the
 * rooms held with the last sequence of each. Answered by `ready`,
 * then `heads` until every room has been told; from each head on the room is followed live.
 */
export const syncSchema = z.object({
  type: z.literal('sync'),
  id: requestIdSchema,
  inbox: z.optional(sequenceSchema),
  rooms: z.array(z.tuple([roomIdSchema, sequenceSchema])).check(z.maxLength(MAX_HELD_ROOMS)),
})
export type Sync = z.infer<typeof syncSchema>

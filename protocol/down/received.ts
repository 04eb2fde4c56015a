import * as z from 'zod/mini'
import { sequenceSchema } from '../fields.ts'
import { roomIdSchema, userIdSchema } from '../ids.ts'

/** A device of a member of a direct room holds everything up to `seq`. Not in the timeline: heads carry it too. */
export const receivedSchema = z.object({
  type: z.literal('received'),
  room: roomIdSchema,
  user: userIdSchema,
  seq: sequenceSchema,
})
export type Received = z.infer<typeof receivedSchema>

import * as z from 'zod/mini'
import { sequenceSchema } from '../fields.ts'
import { roomIdSchema } from '../ids.ts'

/** Everything up to `seq` was seen. At most one a second for each room. Answered by `read`, which comes to all devices. */
export const markReadSchema = z.object({
  type: z.literal('mark-read'),
  room: roomIdSchema,
  seq: sequenceSchema,
})
export type MarkRead = z.infer<typeof markReadSchema>

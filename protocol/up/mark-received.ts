import * as z from 'zod/mini'
import { sequenceSchema } from '../fields.ts'
import { roomIdSchema } from '../ids.ts'

/** Everything up to `seq` of a direct room is on this device. At most one a second for each room. Answered by `received`. */
export const markReceivedSchema = z.object({
  type: z.literal('mark-received'),
  room: roomIdSchema,
  seq: sequenceSchema,
})
export type MarkReceived = z.infer<typeof markReceivedSchema>

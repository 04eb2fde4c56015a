import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { roomIdSchema } from '../ids.ts'

/** Leaves a group. Answered by `done`. */
export const leaveSchema = z.object({
  type: z.literal('leave'),
  id: requestIdSchema,
  room: roomIdSchema,
})
export type Leave = z.infer<typeof leaveSchema>

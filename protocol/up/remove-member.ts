import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { roomIdSchema, userIdSchema } from '../ids.ts'

/** Takes another out of a group that one owns; who is not in stays out. Answered by `done`. */
export const removeMemberSchema = z.object({
  type: z.literal('remove-member'),
  id: requestIdSchema,
  room: roomIdSchema,
  user: userIdSchema,
})
export type RemoveMember = z.infer<typeof removeMemberSchema>

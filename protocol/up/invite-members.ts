import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { roomIdSchema, userIdSchema } from '../ids.ts'
import { MAX_MEMBERS_PER_FRAME } from '../limits.ts'

/** Adds users to a group; those who are in already stay as they are. Answered by `done`. */
export const inviteMembersSchema = z.object({
  type: z.literal('invite-members'),
  id: requestIdSchema,
  room: roomIdSchema,
  users: z.array(userIdSchema).check(z.minLength(1), z.maxLength(MAX_MEMBERS_PER_FRAME)),
})
export type InviteMembers = z.infer<typeof inviteMembersSchema>

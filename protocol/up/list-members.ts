import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { roomIdSchema } from '../ids.ts'

/** Asks who is in a room and how far each has read. Answered by `members`. */
export const listMembersSchema = z.object({
  type: z.literal('list-members'),
  id: requestIdSchema,
  room: roomIdSchema,
})
export type ListMembers = z.infer<typeof listMembersSchema>

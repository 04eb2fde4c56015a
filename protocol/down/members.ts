import * as z from 'zod/mini'
import { memberRoleSchema, requestIdSchema, sequenceSchema } from '../fields.ts'
import { roomIdSchema, userIdSchema } from '../ids.ts'

export const memberSchema = z.object({ user: userIdSchema, role: memberRoleSchema, read: sequenceSchema })
export type Member = z.infer<typeof memberSchema>

/** Answers `list-members`. */
export const membersSchema = z.object({
  type: z.literal('members'),
  re: requestIdSchema,
  room: roomIdSchema,
  members: z.array(memberSchema),
})
export type Members = z.infer<typeof membersSchema>

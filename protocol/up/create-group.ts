import * as z from 'zod/mini'
import { newNameSchema, requestIdSchema } from '../fields.ts'
import { groupIdSchema, userIdSchema } from '../ids.ts'
import { MAX_MEMBERS_PER_FRAME } from '../limits.ts'

/** Opens a group under an id that the client made, so that a repeat finds it. Answered by `opened`. */
export const createGroupSchema = z.object({
  type: z.literal('create-group'),
  id: requestIdSchema,
  room: groupIdSchema,
  title: newNameSchema,
  members: z.array(userIdSchema).check(z.maxLength(MAX_MEMBERS_PER_FRAME)),
})
export type CreateGroup = z.infer<typeof createGroupSchema>

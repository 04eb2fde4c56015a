import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { userIdSchema } from '../ids.ts'

/** Fetches profiles; users that do not exist are left out of the answer. Answered by `profiles`. */
export const getProfilesSchema = z.object({
  type: z.literal('get-profiles'),
  id: requestIdSchema,
  users: z.array(userIdSchema).check(z.minLength(1), z.maxLength(100)),
})
export type GetProfiles = z.infer<typeof getProfilesSchema>

import * as z from 'zod/mini'
import { handleSchema, nameSchema, requestIdSchema } from '../fields.ts'
import { userIdSchema } from '../ids.ts'

export const profileSchema = z.object({ user: userIdSchema, handle: handleSchema, name: nameSchema })
export type Profile = z.infer<typeof profileSchema>

/** Answers `find-user` and `get-profiles`. */
export const profilesSchema = z.object({
  type: z.literal('profiles'),
  re: requestIdSchema,
  profiles: z.array(profileSchema),
})
export type Profiles = z.infer<typeof profilesSchema>

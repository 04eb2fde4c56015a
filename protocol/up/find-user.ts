import * as z from 'zod/mini'
import { handleSchema, requestIdSchema } from '../fields.ts'

/** Finds a user by handle. Answered by `profiles` with one entry, or `failed` (not-found). */
export const findUserSchema = z.object({
  type: z.literal('find-user'),
  id: requestIdSchema,
  handle: handleSchema,
})
export type FindUser = z.infer<typeof findUserSchema>

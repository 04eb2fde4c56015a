import * as z from 'zod/mini'
import { requestIdSchema, tokenSchema } from '../fields.ts'
import { userIdSchema } from '../ids.ts'

/** Answers `create-account`. The token is shown once: the server keeps only its hash. */
export const accountSchema = z.object({
  type: z.literal('account'),
  re: requestIdSchema,
  user: userIdSchema,
  token: tokenSchema,
})
export type Account = z.infer<typeof accountSchema>

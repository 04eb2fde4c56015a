import * as z from 'zod/mini'
import { accountRoleSchema, handleSchema, nameSchema, requestIdSchema, tokenSchema } from '../fields.ts'
import { deviceIdSchema, userIdSchema } from '../ids.ts'

/** Who is connected. `token` comes only where it was made: after `register` and `log-in`. */
export const sessionSchema = z.object({
  type: z.literal('session'),
  re: requestIdSchema,
  user: userIdSchema,
  device: deviceIdSchema,
  handle: handleSchema,
  name: nameSchema,
  role: accountRoleSchema,
  token: z.optional(tokenSchema),
})
export type Session = z.infer<typeof sessionSchema>

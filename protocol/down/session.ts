import * as z from 'zod/mini'
import {
  accountRoleSchema,
  handleSchema,
  nameSchema,
  requestIdSchema,
  timestampSchema,
  tokenSchema,
} from '../fields.ts'
import { deviceIdSchema, userIdSchema } from '../ids.ts'

/**
 * Who is connected. `token` comes only where it was made: after `register` and `log-in`. `restoredAt` changes when the
 * server goes on from a backup: what the client holds of rooms and of its inbox may not be what the server says by now,
 * and it begins anew; what it has not sent, it sends.
 */
export const sessionSchema = z.object({
  type: z.literal('session'),
  re: requestIdSchema,
  user: userIdSchema,
  device: deviceIdSchema,
  handle: handleSchema,
  name: nameSchema,
  role: accountRoleSchema,
  restoredAt: z.optional(timestampSchema),
  token: z.optional(tokenSchema),
})
export type Session = z.infer<typeof sessionSchema>

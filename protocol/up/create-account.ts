import * as z from 'zod/mini'
import { handleSchema, newNameSchema, requestIdSchema } from '../fields.ts'
import { deviceIdSchema, userIdSchema } from '../ids.ts'

/**
 * The owner of the server makes an account that no password opens, for a program that gets its token. The client makes
 * both ids; a user that exists is never opened by it. Answered by `account`.
 */
export const createAccountSchema = z.object({
  type: z.literal('create-account'),
  id: requestIdSchema,
  user: userIdSchema,
  device: deviceIdSchema,
  deviceName: newNameSchema,
  handle: handleSchema,
  name: newNameSchema,
})
export type CreateAccount = z.infer<typeof createAccountSchema>

import * as z from 'zod/mini'
import { handleSchema, newNameSchema, passwordSchema, requestIdSchema } from '../fields.ts'
import { deviceIdSchema } from '../ids.ts'

/** Logs a new device in with a password. Answered by `session`. */
export const logInSchema = z.object({
  type: z.literal('log-in'),
  id: requestIdSchema,
  handle: handleSchema,
  password: passwordSchema,
  device: deviceIdSchema,
  deviceName: newNameSchema,
})
export type LogIn = z.infer<typeof logInSchema>

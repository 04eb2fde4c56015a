import * as z from 'zod/mini'
import { handleSchema, invitationCodeSchema, newNameSchema, passwordSchema, requestIdSchema } from '../fields.ts'
import { deviceIdSchema, userIdSchema } from '../ids.ts'

/**
 * Makes an account and logs its first device in. The client makes both ids, so that the same registration sent
 * again after a lost answer finds itself. Answered by `session`.
 */
export const registerSchema = z.object({
  type: z.literal('register'),
  id: requestIdSchema,
  user: userIdSchema,
  device: deviceIdSchema,
  deviceName: newNameSchema,
  invitation: invitationCodeSchema,
  handle: handleSchema,
  name: newNameSchema,
  password: passwordSchema,
})
export type Register = z.infer<typeof registerSchema>

import * as z from 'zod/mini'
import { requestIdSchema, tokenSchema } from '../fields.ts'

/** Says with a device token who is connected. Answered by `session`. */
export const authenticateSchema = z.object({
  type: z.literal('authenticate'),
  id: requestIdSchema,
  token: tokenSchema,
})
export type Authenticate = z.infer<typeof authenticateSchema>

import * as z from 'zod/mini'
import { invitationCodeSchema, requestIdSchema, timestampSchema } from '../fields.ts'

/** Answers `create-invitation`. The code is shown once: the server keeps only its hash. */
export const invitationSchema = z.object({
  type: z.literal('invitation'),
  re: requestIdSchema,
  code: invitationCodeSchema,
  expiresAt: timestampSchema,
})
export type Invitation = z.infer<typeof invitationSchema>

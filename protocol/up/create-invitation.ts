import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'

/** Makes an invitation to this server for up to `uses` people, good for seven days. Answered by `invitation`. */
export const createInvitationSchema = z.object({
  type: z.literal('create-invitation'),
  id: requestIdSchema,
  uses: z.int().check(z.minimum(1), z.maximum(100)),
})
export type CreateInvitation = z.infer<typeof createInvitationSchema>

import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'

/** Asks for the settings of one's own account, which are the same on every device. Answered by `settings`. */
export const getSettingsSchema = z.object({
  type: z.literal('get-settings'),
  id: requestIdSchema,
})
export type GetSettings = z.infer<typeof getSettingsSchema>

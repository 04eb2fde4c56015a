import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { accountSettingsSchema } from '../settings.ts'

/** Answers `get-settings` and `change-settings`. */
export const settingsSchema = z.object({
  type: z.literal('settings'),
  re: requestIdSchema,
  ...accountSettingsSchema.shape,
})

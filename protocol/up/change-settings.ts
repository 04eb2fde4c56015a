import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { accountSettingsSchema } from '../settings.ts'

/** Changes the settings of one's own account; what is not named stays. Answered by `settings`, as they are then. */
export const changeSettingsSchema = z.object({
  type: z.literal('change-settings'),
  id: requestIdSchema,
  ...z.partial(accountSettingsSchema).shape,
})
export type ChangeSettings = z.infer<typeof changeSettingsSchema>

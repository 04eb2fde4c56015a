import * as z from 'zod/mini'

/**
 * What a user has decided for all of their devices. `showsPresence`: whether others may know that one is connected, or
 * was last; who shows it to nobody is shown nobody's.
 */
export const accountSettingsSchema = z.object({ showsPresence: z.boolean() })
export type Settings = z.infer<typeof accountSettingsSchema>

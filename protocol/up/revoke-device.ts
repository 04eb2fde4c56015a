import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { deviceIdSchema } from '../ids.ts'

/** Ends a device's token and closes its sockets at once; with one's own device this is logging out. Answered by `done`. */
export const revokeDeviceSchema = z.object({
  type: z.literal('revoke-device'),
  id: requestIdSchema,
  device: deviceIdSchema,
})
export type RevokeDevice = z.infer<typeof revokeDeviceSchema>

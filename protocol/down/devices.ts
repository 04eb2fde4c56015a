import * as z from 'zod/mini'
import { nameSchema, requestIdSchema, timestampSchema } from '../fields.ts'
import { deviceIdSchema } from '../ids.ts'

export const deviceSchema = z.object({ device: deviceIdSchema, name: nameSchema, createdAt: timestampSchema })
export type Device = z.infer<typeof deviceSchema>

/** Answers `list-devices`. */
export const devicesSchema = z.object({
  type: z.literal('devices'),
  re: requestIdSchema,
  devices: z.array(deviceSchema),
})
export type Devices = z.infer<typeof devicesSchema>

import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'

/** Asks for the devices of one's own account. Answered by `devices`. */
export const listDevicesSchema = z.object({ type: z.literal('list-devices'), id: requestIdSchema })
export type ListDevices = z.infer<typeof listDevicesSchema>

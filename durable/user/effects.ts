import * as z from 'zod/mini'
import { deviceIdSchema } from '#protocol/ids.ts'

/** What a user changes elsewhere: confirms a claim, is indexed, has a device's sockets closed. */
export const effectSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('confirm'), claim: z.string() }),
  z.object({ do: z.literal('index') }),
  z.object({ do: z.literal('disconnect'), gateway: z.string(), generation: z.string(), device: deviceIdSchema }),
])
export type Effect = z.infer<typeof effectSchema>

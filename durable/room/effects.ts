import * as z from 'zod/mini'
import { sequenceSchema } from '#protocol/fields.ts'
import { userIdSchema } from '#protocol/ids.ts'

/** What a change of a room does to other actors. */
export const effectSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('add'), user: userIdSchema, rev: sequenceSchema }),
  z.object({ do: z.literal('remove'), user: userIdSchema, rev: sequenceSchema }),
  z.object({ do: z.literal('index') }),
])
export type Effect = z.infer<typeof effectSchema>

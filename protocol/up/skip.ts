import * as z from 'zod/mini'
import { ordinalSchema } from '../fields.ts'
import { producerIdSchema, roomIdSchema } from '../ids.ts'

/** Gives a number up for good (its message was cancelled or refused), so that the next one is accepted. Answered by `stored`. */
export const skipSchema = z.object({
  type: z.literal('skip'),
  room: roomIdSchema,
  producer: producerIdSchema,
  n: ordinalSchema,
})
export type Skip = z.infer<typeof skipSchema>

import * as z from 'zod/mini'
import { ordinalSchema, sequenceSchema } from '../fields.ts'
import { producerIdSchema, roomIdSchema } from '../ids.ts'

/**
 * The message is durable. `seq` is its place; it is missing where the answer is to a repeat or a skip: the client
 * then finds its own record by (producer, n) in the timeline.
 */
export const storedSchema = z.object({
  type: z.literal('stored'),
  room: roomIdSchema,
  producer: producerIdSchema,
  n: ordinalSchema,
  seq: z.optional(sequenceSchema),
})
export type Stored = z.infer<typeof storedSchema>

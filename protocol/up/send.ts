import * as z from 'zod/mini'
import { ordinalSchema, textSchema } from '../fields.ts'
import { producerIdSchema, roomIdSchema } from '../ids.ts'

/**
 * Posts a message. (producer, n) was fixed when it was composed and never changes, so sending it again is harmless.
 * Answered by `stored` or `refused`.
 */
export const sendSchema = z.object({
  type: z.literal('send'),
  room: roomIdSchema,
  producer: producerIdSchema,
  n: ordinalSchema,
  text: textSchema,
})
export type Send = z.infer<typeof sendSchema>

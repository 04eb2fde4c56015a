import * as z from 'zod/mini'
import { refusalSchema } from '../errors.ts'
import { ordinalSchema } from '../fields.ts'
import { producerIdSchema, roomIdSchema } from '../ids.ts'

/** The message was not stored. After a permanent refusal the client settles its number with `skip`. */
export const refusedSchema = z.object({
  type: z.literal('refused'),
  room: roomIdSchema,
  producer: producerIdSchema,
  n: ordinalSchema,
  refusal: refusalSchema,
})
export type Refused = z.infer<typeof refusedSchema>

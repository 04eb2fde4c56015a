import * as z from 'zod/mini'
import { sequenceSchema } from '../fields.ts'
import { roomIdSchema } from '../ids.ts'
import { timelineRecordSchema } from '../record.ts'

/** New records of a followed room, all of `from`..`to`. Go on only from last + 1: drop repeats, fetch gaps. */
export const deliverySchema = z.object({
  type: z.literal('delivery'),
  room: roomIdSchema,
  from: sequenceSchema,
  to: sequenceSchema,
  records: z.array(timelineRecordSchema),
})
export type Delivery = z.infer<typeof deliverySchema>

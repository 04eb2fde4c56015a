import * as z from 'zod/mini'
import { requestIdSchema, sequenceSchema } from '../fields.ts'
import { roomIdSchema } from '../ids.ts'
import { timelineRecordSchema } from '../record.ts'

/** Answers `history`: neighbouring records in rising order. `floor` and `head` bound what the member may read now. */
export const pageSchema = z.object({
  type: z.literal('page'),
  re: requestIdSchema,
  room: roomIdSchema,
  floor: sequenceSchema,
  head: sequenceSchema,
  records: z.array(timelineRecordSchema),
})
export type Page = z.infer<typeof pageSchema>

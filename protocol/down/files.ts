import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { roomIdSchema } from '../ids.ts'
import { timelineRecordSchema } from '../record.ts'

/** Answers `list-files`: messages with files, the newest first. `more`: there are some before the last of these. */
export const filesSchema = z.object({
  type: z.literal('files'),
  re: requestIdSchema,
  room: roomIdSchema,
  more: z.boolean(),
  records: z.array(timelineRecordSchema),
})
export type Files = z.infer<typeof filesSchema>

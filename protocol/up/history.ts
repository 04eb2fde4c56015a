import * as z from 'zod/mini'
import { requestIdSchema, sequenceSchema } from '../fields.ts'
import { roomIdSchema } from '../ids.ts'
import { MAX_PAGE_RECORDS } from '../limits.ts'

/**
 * One page of a timeline: up to `limit` records next to `anchor` (not with it), toward the older or the newer end.
 * Answered by `page`.
 */
export const historySchema = z.object({
  type: z.literal('history'),
  id: requestIdSchema,
  room: roomIdSchema,
  direction: z.enum(['older', 'newer']),
  anchor: sequenceSchema,
  limit: z.int().check(z.minimum(1), z.maximum(MAX_PAGE_RECORDS)),
})
export type History = z.infer<typeof historySchema>

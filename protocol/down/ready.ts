import * as z from 'zod/mini'
import { requestIdSchema, sequenceSchema } from '../fields.ts'
import { roomIdSchema } from '../ids.ts'

/** Answers `sync`: how many `heads` are coming, for which rooms, and where the inbox stands. `inbox` events follow when it is ahead. */
export const readySchema = z.object({
  type: z.literal('ready'),
  re: requestIdSchema,
  inbox: sequenceSchema,
  rooms: z.array(roomIdSchema),
})
export type Ready = z.infer<typeof readySchema>

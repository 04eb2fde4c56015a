import * as z from 'zod/mini'
import { requestIdSchema, sequenceSchema } from '../fields.ts'
import { roomIdSchema } from '../ids.ts'

/** Answers `sync`: the rooms whose `heads` are coming, and the inbox cursor to go on from; `inbox` events follow from there. */
export const readySchema = z.object({
  type: z.literal('ready'),
  re: requestIdSchema,
  inbox: sequenceSchema,
  rooms: z.array(roomIdSchema),
})
export type Ready = z.infer<typeof readySchema>

import * as z from 'zod/mini'
import { nameSchema, sequenceSchema } from './fields.ts'
import { roomIdSchema, userIdSchema } from './ids.ts'
import { timelineRecordSchema } from './record.ts'

/**
 * A room as one member sees it at one moment. `floor` is the first sequence the member may read, `seq` and `ord` the
 * head's, `read` the member's own mark, `unread` what is countable after it and not the member's own. `records` are
 * the newest ones that the client did not hold; they end at `seq`, and start after what it held or leave a gap before
 * them. `others` are the marks of the other members, newest 100. In a direct room `received` is how far a device of
 * `peer` has got, `ownReceived` how far one of the member's own.
 */
export const roomHeadSchema = z.object({
  room: roomIdSchema,
  kind: z.enum(['direct', 'group']),
  title: z.optional(nameSchema),
  peer: z.optional(userIdSchema),
  received: z.optional(sequenceSchema),
  ownReceived: z.optional(sequenceSchema),
  members: z.int(),
  rev: sequenceSchema,
  floor: sequenceSchema,
  seq: sequenceSchema,
  ord: sequenceSchema,
  read: sequenceSchema,
  unread: sequenceSchema,
  others: z.array(z.tuple([userIdSchema, sequenceSchema])),
  records: z.array(timelineRecordSchema),
})
export type RoomHead = z.infer<typeof roomHeadSchema>

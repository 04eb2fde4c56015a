import * as z from 'zod/mini'
import { sequenceSchema, timestampSchema } from './fields.ts'
import { roomIdSchema } from './ids.ts'

/**
 * What stands in a user's inbox: changes that must reach every device's cache, even one that was away.
 * `rev` is the room's revision that caused the entry; of two entries about one thing the higher one holds.
 */
const place = { v: z.int(), seq: sequenceSchema, at: timestampSchema, room: roomIdSchema, rev: sequenceSchema }

const roomAddedSchema = z.object({ ...place, kind: z.literal('room-added') })
const roomRemovedSchema = z.object({ ...place, kind: z.literal('room-removed') })

/** As in the timeline: an unknown kind keeps its place. */
const laterEntrySchema = z.pipe(
  z.object({ ...place, kind: z.string() }),
  z.transform((entry) => ({ ...entry, kind: 'later' as const })),
)

export const inboxEntrySchema = z.union([
  z.discriminatedUnion('kind', [roomAddedSchema, roomRemovedSchema]),
  laterEntrySchema,
])
export type InboxEntry = z.infer<typeof inboxEntrySchema>

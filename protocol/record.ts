import * as z from 'zod/mini'
import { nameSchema, ordinalSchema, sequenceSchema, timestampSchema } from './fields.ts'
import { attachmentSchema } from './file.ts'
import { producerIdSchema, userIdSchema } from './ids.ts'

/**
 * What stands in a room's timeline. The bytes that are stored are the bytes that travel: history, catch-up and
 * fan-out copy them. `v` is the format version, `seq` the place, `ord` how many countable records stand up to and
 * including this one, `at` the server's clock in ms, `by` who did it.
 */
const place = {
  v: z.int(),
  seq: sequenceSchema,
  ord: sequenceSchema,
  at: timestampSchema,
  by: userIdSchema,
}

const textRecordSchema = z.object({
  ...place,
  kind: z.literal('text'),
  producer: producerIdSchema,
  n: ordinalSchema,
  /** Empty where the files say it all. */
  text: z.string(),
  files: z.optional(z.array(attachmentSchema)),
})
export type TextRecord = z.infer<typeof textRecordSchema>

/** The room begins. A direct room has no title. */
const createdRecordSchema = z.object({ ...place, kind: z.literal('created'), title: z.optional(nameSchema) })
const joinedRecordSchema = z.object({ ...place, kind: z.literal('joined'), user: userIdSchema })
const leftRecordSchema = z.object({ ...place, kind: z.literal('left'), user: userIdSchema })

export const knownRecordSchema = z.discriminatedUnion('kind', [
  textRecordSchema,
  createdRecordSchema,
  joinedRecordSchema,
  leftRecordSchema,
])
export type KnownRecord = z.infer<typeof knownRecordSchema>

/** A kind that this build does not know yet: it keeps its place, so that sequences stay dense. */
const laterRecordSchema = z.pipe(
  z.object({ ...place, kind: z.string() }),
  z.transform((record) => ({ ...record, kind: 'later' as const })),
)

export const timelineRecordSchema = z.union([knownRecordSchema, laterRecordSchema])
export type TimelineRecord = z.infer<typeof timelineRecordSchema>

import * as z from 'zod/mini'
import { memberRoleSchema, nameSchema, ordinalSchema, sequenceSchema, timestampSchema } from '#protocol/fields.ts'
import { userIdSchema } from '#protocol/ids.ts'
import { Table } from '../rows.ts'

/** What a room keeps. The timeline itself is the table `timeline`: sequence -> record. */

const roomRowSchema = z.object({
  kind: z.enum(['direct', 'group']),
  title: z.optional(nameSchema),
  creator: userIdSchema,
  createdAt: timestampSchema,
  /** Raised by every change other than a message. */
  rev: sequenceSchema,
})
export type RoomRow = z.infer<typeof roomRowSchema>
export const roomTable = new Table('room', roomRowSchema)
export const ROOM_KEY = 'room'

const memberRowSchema = z.object({
  role: memberRoleSchema,
  /** The first sequence this member may read. */
  floor: sequenceSchema,
  /** The read mark: its sequence, and the countable ordinal there. */
  read: sequenceSchema,
  readOrd: sequenceSchema,
  /** Whether this member has written here. */
  wrote: z.optional(z.boolean()),
  /** In a direct room: what is on a device of this member. */
  received: z.optional(sequenceSchema),
})
export type MemberRow = z.infer<typeof memberRowSchema>
export const memberTable = new Table('members', memberRowSchema)

/** The last number that each producer settled here, and whose outbox it is. */
const producerRowSchema = z.object({ user: userIdSchema, n: ordinalSchema })
export type ProducerRow = z.infer<typeof producerRowSchema>
export const producerTable = new Table('producers', producerRowSchema)

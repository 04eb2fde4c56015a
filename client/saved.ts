import * as z from 'zod/mini'
import { refusalSchema } from '#protocol/errors.ts'
import { accountRoleSchema, requestIdSchema, sequenceSchema, timestampSchema } from '#protocol/fields.ts'
import { attachmentSchema, describedFileSchema } from '#protocol/file.ts'
import { deviceIdSchema, fileIdSchema, producerIdSchema, roomIdSchema, userIdSchema } from '#protocol/ids.ts'
import { timelineRecordSchema } from '#protocol/record.ts'
import type { Store } from './ports/store.ts'
import type { Bytes } from './ports/transfer.ts'

/**
 * What a client keeps on its device, by key. It is a cache and an outbox: whatever cannot be read any more is treated
 * as missing and fetched again.
 */

const accountSchema = z.object({
  user: userIdSchema,
  device: deviceIdSchema,
  handle: z.string(),
  name: z.string(),
  role: accountRoleSchema,
  token: z.string(),
  /** The backup on which the server ran when it was last heard. */
  restoredAt: z.optional(timestampSchema),
})
export type SavedAccount = z.infer<typeof accountSchema>

const registrationSchema = z.object({ invitation: z.string(), user: userIdSchema, device: deviceIdSchema })

const roomSchema = z.object({
  kind: z.enum(['direct', 'group']),
  title: z.optional(z.string()),
  peer: z.optional(userIdSchema),
  members: z.int(),
  rev: sequenceSchema,
  floor: sequenceSchema,
  head: sequenceSchema,
  ord: sequenceSchema,
  read: sequenceSchema,
  readOrd: sequenceSchema,
  /** How far a device of the other has got, in a direct room. */
  received: z.optional(sequenceSchema),
  marks: z.array(z.tuple([userIdSchema, sequenceSchema])),
  /** The newest record held, and the first of those that stand before it without a gap. */
  last: sequenceSchema,
  first: sequenceSchema,
})
export type SavedRoom = z.infer<typeof roomSchema>

const outgoingSchema = z.object({
  room: roomIdSchema,
  producer: producerIdSchema,
  n: requestIdSchema,
  text: z.string(),
  composedAt: timestampSchema,
  refusal: z.optional(refusalSchema),
  files: z.optional(z.array(attachmentSchema)),
  /** Of which it was composed. */
  upload: z.optional(z.string()),
  /** A skip has settled the number: nothing more is to be sent, the message is only shown. */
  settled: z.optional(z.boolean()),
})
export type SavedOutgoing = z.infer<typeof outgoingSchema>

const savedFileSchema = z.object({
  /** It is kept before its bytes are hashed. */
  declaration: describedFileSchema,
  bytes: z.custom<Bytes>((value) => typeof value === 'object' && value !== null && 'arrayBuffer' in value),
  /** So many parts are there. */
  reached: z.int(),
  preview: z.optional(fileIdSchema),
})
export type SavedFile = z.infer<typeof savedFileSchema>

/** A message whose files are on their way. */
const uploadSchema = z.object({
  id: z.string(),
  room: roomIdSchema,
  text: z.string(),
  composedAt: timestampSchema,
  files: z.array(savedFileSchema),
})
export type SavedUpload = z.infer<typeof uploadSchema>

const profileSchema = z.object({ user: userIdSchema, handle: z.string(), name: z.string() })

function slot<Value>(schema: z.ZodMiniType<Value>) {
  return {
    async get(store: Store, key: string): Promise<Value | undefined> {
      const value = await store.get(key)
      if (value === undefined || value === null) return undefined
      const parsed = schema.safeParse(value)
      return parsed.success ? parsed.data : undefined
    },
    set(store: Store, key: string, value: Value): Promise<void> {
      return store.set(key, value)
    },
  }
}

export const saved = {
  account: slot(accountSchema),
  registration: slot(registrationSchema),
  inbox: slot(sequenceSchema),
  room: slot(roomSchema),
  page: slot(z.array(timelineRecordSchema)),
  outgoing: slot(outgoingSchema),
  upload: slot(uploadSchema),
  profile: slot(profileSchema),
}

export const keys = {
  account: 'account',
  registration: 'registration',
  inbox: 'inbox',
  rooms: 'room/',
  room: (room: string) => `room/${room}`,
  pagesOf: (room: string) => `page/${room}/`,
  page: (room: string, page: number) => `page/${room}/${page}`,
  allOutgoing: 'outgoing/',
  outgoing: (producer: string, room: string, n: number) => `outgoing/${producer}/${room}/${n}`,
  uploads: 'upload/',
  upload: (id: string) => `upload/${id}`,
  profiles: 'profile/',
  profile: (user: string) => `profile/${user}`,
}

import * as z from 'zod/mini'
import { accountRoleSchema, handleSchema, nameSchema, sequenceSchema, timestampSchema } from '#protocol/fields.ts'
import { Table } from '../rows.ts'

/** What a user keeps. The inbox itself is the table `inbox`: sequence -> entry. */

const accountRowSchema = z.object({
  /** `pending` until its handle and its invitation are certain. */
  state: z.enum(['pending', 'active']),
  handle: handleSchema,
  name: nameSchema,
  role: accountRoleSchema,
  /** Without one no password opens the account. */
  passwordHash: z.optional(z.string()),
  createdAt: timestampSchema,
  /** When a backup was put back of which it comes: what devices were told between the two is no more. */
  restoredAt: z.optional(timestampSchema),
})
export type AccountRow = z.infer<typeof accountRowSchema>
export const accountTable = new Table('account', accountRowSchema)
export const ACCOUNT_KEY = 'account'

/** `earlier`: hashes of secrets that the device may hold instead, until it shows which one it does. */
const deviceRowSchema = z.object({
  name: nameSchema,
  secretHash: z.string(),
  earlier: z.optional(z.array(z.string())),
  createdAt: timestampSchema,
})
export type DeviceRow = z.infer<typeof deviceRowSchema>
export const deviceTable = new Table('devices', deviceRowSchema)

/**
 * A room this user is in, or was; `rev` is the revision of the room that said so, `entry` the inbox entry. `takesPart`
 * is the room's word, once given for ever.
 */
const membershipRowSchema = z.object({
  rev: sequenceSchema,
  member: z.boolean(),
  entry: sequenceSchema,
  takesPart: z.optional(z.boolean()),
})
export type MembershipRow = z.infer<typeof membershipRowSchema>
export const membershipTable = new Table('rooms', membershipRowSchema)

/** `seenAt` is there as long as nobody has come back since. */
const presenceRowSchema = z.object({ seenAt: z.optional(timestampSchema), hidden: z.optional(z.boolean()) })
export type PresenceRow = z.infer<typeof presenceRowSchema>
export const presenceTable = new Table('presence', presenceRowSchema)
export const PRESENCE_KEY = 'presence'

import * as z from 'zod/mini'
import { sequenceSchema } from '../fields.ts'
import { inboxEntrySchema } from '../inbox-entry.ts'

/** Entries of the user's inbox, all of `from`..`to`, under the same rule as `delivery`. */
export const inboxSchema = z.object({
  type: z.literal('inbox'),
  from: sequenceSchema,
  to: sequenceSchema,
  entries: z.array(inboxEntrySchema),
})
export type Inbox = z.infer<typeof inboxSchema>

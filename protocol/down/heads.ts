import * as z from 'zod/mini'
import { roomHeadSchema } from '../room-head.ts'

/**
 * Rooms caught up, or newly joined. `last` ends the stream that a `sync` began; after `incomplete` some rooms could not
 * be asked just now, and the client syncs again in a moment.
 */
export const headsSchema = z.object({
  type: z.literal('heads'),
  heads: z.array(roomHeadSchema),
  last: z.optional(z.enum(['complete', 'incomplete'])),
})
export type Heads = z.infer<typeof headsSchema>

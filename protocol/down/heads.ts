import * as z from 'zod/mini'
import { roomHeadSchema } from '../room-head.ts'

/** Rooms caught up, or newly joined. `last` ends the stream that a `sync` began. */
export const headsSchema = z.object({
  type: z.literal('heads'),
  heads: z.array(roomHeadSchema),
  last: z.optional(z.literal(true)),
})
export type Heads = z.infer<typeof headsSchema>

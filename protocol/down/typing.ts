import * as z from 'zod/mini'
import { roomIdSchema, userIdSchema } from '../ids.ts'

/** A member is writing. True for a few seconds; comes to all members, also the one who writes. */
export const typingSchema = z.object({
  type: z.literal('typing'),
  room: roomIdSchema,
  user: userIdSchema,
})
export type Typing = z.infer<typeof typingSchema>

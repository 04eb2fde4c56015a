import * as z from 'zod/mini'
import { roomIdSchema } from '../ids.ts'

/** Somebody is writing: said again every few seconds as long as it is so. Answered only where it is refused, and not kept. */
export const typingSchema = z.object({
  type: z.literal('typing'),
  room: roomIdSchema,
})
export type Typing = z.infer<typeof typingSchema>

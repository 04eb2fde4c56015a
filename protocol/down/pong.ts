import * as z from 'zod/mini'

/** Answers `ping`. */
export const pongSchema = z.object({ type: z.literal('pong') })
export type Pong = z.infer<typeof pongSchema>

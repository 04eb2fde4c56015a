import * as z from 'zod/mini'

/** Answers `ping`. */
export const pongSchema = z.object({ type: z.literal('pong') })
export type Pong = z.infer<typeof pongSchema>

/** A frame of its own. Hosts may send it while the gateway is out of memory, so it counts toward no credit. */
export const PONG_FRAME = JSON.stringify({ type: 'pong' } satisfies Pong)

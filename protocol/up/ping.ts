import * as z from 'zod/mini'

/** Shows that the client is there. Answered by `pong`. */
export const pingSchema = z.object({ type: z.literal('ping') })
export type Ping = z.infer<typeof pingSchema>

/** As it is when nothing else is in its frame: hosts may answer it while the gateway is out of memory. */
export const PING_FRAME = JSON.stringify({ type: 'ping' } satisfies Ping)

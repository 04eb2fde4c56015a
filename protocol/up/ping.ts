import * as z from 'zod/mini'

/** Shows that the client is there. Answered by `pong`. */
export const pingSchema = z.object({ type: z.literal('ping') })
export type Ping = z.infer<typeof pingSchema>

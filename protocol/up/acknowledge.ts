import * as z from 'zod/mini'

/** Credit: bytes of frames received on this connection so far, cumulative, in UTF-8, without frames of only a `pong`. */
export const acknowledgeSchema = z.object({ type: z.literal('acknowledge'), bytes: z.int().check(z.nonnegative()) })
export type Acknowledge = z.infer<typeof acknowledgeSchema>

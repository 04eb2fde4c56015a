import * as z from 'zod/mini'

/** Credit: bytes of frames received on this connection so far, cumulative, counted in UTF-8. */
export const acknowledgeSchema = z.object({ type: z.literal('acknowledge'), bytes: z.int().check(z.nonnegative()) })
export type Acknowledge = z.infer<typeof acknowledgeSchema>

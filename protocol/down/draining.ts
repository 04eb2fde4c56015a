import * as z from 'zod/mini'

/** The server is about to stop: connect again, after a moment. */
export const drainingSchema = z.object({ type: z.literal('draining') })
export type Draining = z.infer<typeof drainingSchema>

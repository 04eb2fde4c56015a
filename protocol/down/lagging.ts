import * as z from 'zod/mini'

/** Credit is used up: nothing more comes until the client has acknowledged what it got and sends `sync` again. */
export const laggingSchema = z.object({ type: z.literal('lagging') })
export type Lagging = z.infer<typeof laggingSchema>

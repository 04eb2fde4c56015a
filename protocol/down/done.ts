import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'

/** A request was carried out, durably, and has nothing more to say. */
export const doneSchema = z.object({ type: z.literal('done'), re: requestIdSchema })
export type Done = z.infer<typeof doneSchema>

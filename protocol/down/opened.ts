import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { roomIdSchema } from '../ids.ts'

/** Answers `create-group` and `open-direct`. The room itself comes in `heads`. */
export const openedSchema = z.object({ type: z.literal('opened'), re: requestIdSchema, room: roomIdSchema })
export type Opened = z.infer<typeof openedSchema>

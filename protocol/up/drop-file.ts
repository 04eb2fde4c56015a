import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { fileIdSchema } from '../ids.ts'

/** Gives a file up that no message names. Answered by `done`, also when there is none. */
export const dropFileSchema = z.object({ type: z.literal('drop-file'), id: requestIdSchema, file: fileIdSchema })
export type DropFile = z.infer<typeof dropFileSchema>

import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { fileIdSchema } from '../ids.ts'

/** All bytes are there: the server looks at them. Answered by `upload`. */
export const finishUploadSchema = z.object({
  type: z.literal('finish-upload'),
  id: requestIdSchema,
  file: fileIdSchema,
})
export type FinishUpload = z.infer<typeof finishUploadSchema>

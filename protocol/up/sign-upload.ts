import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { fileIdSchema } from '../ids.ts'
import { MAX_PARTS, MAX_PARTS_PER_REQUEST } from '../limits.ts'

/** Asks where the bytes of a declared file go: of all of it, or of parts (from 1 on). Answered by `puts`. */
export const signUploadSchema = z.object({
  type: z.literal('sign-upload'),
  id: requestIdSchema,
  file: fileIdSchema,
  parts: z.optional(
    z
      .array(z.int().check(z.minimum(1), z.maximum(MAX_PARTS)))
      .check(z.minLength(1), z.maxLength(MAX_PARTS_PER_REQUEST)),
  ),
})
export type SignUpload = z.infer<typeof signUploadSchema>

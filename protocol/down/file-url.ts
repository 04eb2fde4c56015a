import * as z from 'zod/mini'
import { requestIdSchema, timestampSchema } from '../fields.ts'

/** Answers `get-file`: where it can be had until `until` (ms). A URL without a host is of the server that said it. */
export const fileUrlSchema = z.object({
  type: z.literal('file-url'),
  re: requestIdSchema,
  url: z.string(),
  until: timestampSchema,
})
export type FileUrl = z.infer<typeof fileUrlSchema>

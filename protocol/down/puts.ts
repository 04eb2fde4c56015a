import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'

/**
 * Answers `sign-upload`: a PUT for the whole, or for each part that was asked for, with these headers and the bytes that
 * were declared. Holds for five minutes. A URL without a host is of the server that said it.
 */
export const putsSchema = z.object({
  type: z.literal('puts'),
  re: requestIdSchema,
  puts: z.array(z.object({ url: z.string(), headers: z.record(z.string(), z.string()) })),
})
export type Puts = z.infer<typeof putsSchema>

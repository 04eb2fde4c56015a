import * as z from 'zod/mini'
import { refusalSchema } from '../errors.ts'
import { requestIdSchema } from '../fields.ts'

/** A request was refused; without `re` an event that carries no id, or a frame that could not be read. */
export const failedSchema = z.object({
  type: z.literal('failed'),
  re: z.optional(requestIdSchema),
  refusal: refusalSchema,
})
export type Failed = z.infer<typeof failedSchema>

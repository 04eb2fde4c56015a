import * as z from 'zod/mini'
import { requestIdSchema } from '../fields.ts'
import { declarationSchema } from '../file.ts'

/**
 * Says what is going to be sent. The same again finds it declared; under a taken id something else is refused. Answered
 * by `upload`.
 */
export const declareFileSchema = z.object({
  type: z.literal('declare-file'),
  id: requestIdSchema,
  declaration: declarationSchema,
})
export type DeclareFile = z.infer<typeof declareFileSchema>

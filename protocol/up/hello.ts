import * as z from 'zod/mini'

/** The first event of every connection. Answered by `welcome`, or by a close when no version is shared. */
export const helloSchema = z.object({
  type: z.literal('hello'),
  versions: z.array(z.int()).check(z.maxLength(16)),
  client: z.string().check(z.maxLength(64)),
})
export type Hello = z.infer<typeof helloSchema>

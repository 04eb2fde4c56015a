import * as z from 'zod/mini'

/**
 * Answers `hello`. `transport` says what protects this connection; log-in is refused on `insecure`. `understands` lists
 * the types of events that this server can read: a client that is newer keeps the others to itself. `fileMib` is how large a
 * file may be, in MiB; without it, or with 0, there are none.
 */
export const welcomeSchema = z.object({
  type: z.literal('welcome'),
  version: z.int(),
  server: z.string(),
  transport: z.enum(['https', 'loopback', 'insecure-allowed', 'insecure']),
  understands: z.optional(z.array(z.string())),
  fileMib: z.optional(z.int()),
})
export type Welcome = z.infer<typeof welcomeSchema>

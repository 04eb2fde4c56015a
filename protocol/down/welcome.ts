import * as z from 'zod/mini'

/** Answers `hello`. `transport` says what protects this connection; log-in is refused on `insecure`. */
export const welcomeSchema = z.object({
  type: z.literal('welcome'),
  version: z.int(),
  server: z.string(),
  transport: z.enum(['https', 'loopback', 'insecure-allowed', 'insecure']),
})
export type Welcome = z.infer<typeof welcomeSchema>

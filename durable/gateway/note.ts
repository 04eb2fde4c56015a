import * as z from 'zod/mini'
import { timestampSchema } from '#protocol/fields.ts'
import { deviceIdSchema, userIdSchema } from '#protocol/ids.ts'

/**
 * What is kept with a socket while its gateway is out of memory: who it is, and how much is on its way to it. Nothing
 * about rooms: they know who their members are.
 */
const noteSchema = z.object({
  /** Of the gateway that wrote it, which goes on as the same. */
  generation: z.string(),
  /** Since when it is the client's turn to say who it is. */
  awaitedSince: timestampSchema,
  session: z.discriminatedUnion('state', [
    z.object({ state: z.literal('new') }),
    z.object({ state: z.literal('welcome') }),
    z.object({ state: z.literal('authenticated'), user: userIdSchema, device: deviceIdSchema }),
  ]),
  /** apart: has not synced yet. */
  progress: z.enum(['apart', 'catching-up', 'following', 'lagging']),
  bytes: z.object({ sent: z.int(), acknowledged: z.int() }),
})
export type Note = z.infer<typeof noteSchema>

export function writeNote(note: Note): string {
  return JSON.stringify(note)
}

/** Throws on what no gateway wrote. */
export function readNote(note: string): Note {
  return z.parse(noteSchema, JSON.parse(note))
}

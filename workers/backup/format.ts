import * as z from 'zod/mini'
import { totalsSchema } from './totals.ts'

/**
 * A backup is a tar archive, in this order:
 *
 *     snug-backup.json     what this is
 *     rows/000001.jsonl    the rows of all actors, a line each (rows.ts), some hundred KiB a file
 *     objects/KEY          the bytes of a stored file
 *     end.json             what must have been there; without it the archive is cut short
 */

export const ABOUT = 'snug-backup.json'
export const END = 'end.json'
export const OBJECTS = 'objects/'

/** Raised when an older Snug could not read what this one writes. */
export const FORMAT = 1

export const aboutSchema = z.object({ format: z.int(), takenAt: z.int() })

/** What actors make (durable/user/file-states.ts). It becomes the name of a file: nothing else is let through. */
export const objectKeySchema = z.string().check(z.regex(/^[\w-]{1,64}$/))

const objectSchema = z.object({
  key: objectKeySchema,
  /** In base64url; without it the archive names the object, and does not hold its bytes. */
  sha256: z.optional(z.string()),
})
/** A stored file of a backup. */
export type CopiedObject = z.infer<typeof objectSchema>

export const endSchema = z.object({ rows: totalsSchema, objects: z.array(objectSchema) })
/** What a backup holds. */
export type Contents = z.infer<typeof endSchema>

export function rowsName(number: number): string {
  return `rows/${String(number).padStart(6, '0')}.jsonl`
}

export function isRowsName(name: string): boolean {
  return /^rows\/\d{6,}\.jsonl$/.test(name)
}

/** An actor of which nothing is kept elsewhere: it holds connections, and they end with its host. */
export function isTransient(actor: string): boolean {
  return actor.startsWith('gateway:')
}

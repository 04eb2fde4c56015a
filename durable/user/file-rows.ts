import * as z from 'zod/mini'
import { timestampSchema } from '#protocol/fields.ts'
import { type Declaration, declarationSchema, partLength } from '#protocol/file.ts'
import { type FileId, roomIdSchema } from '#protocol/ids.ts'
import { combined } from '../identity.ts'
import type { Content } from '../ports/object-store.ts'
import type { Storage, Write } from '../ports/storage.ts'
import { Table } from '../rows.ts'

/** What a user keeps of files. There may be very many: none of it is held in memory. */

const fileRowSchema = z.object({
  declaration: declarationSchema,
  /** `checked`: its bytes are what was declared; `kept`: it is known which object it is, and messages may name it. */
  state: z.enum(['declared', 'checked', 'kept']),
  /** Of the object: that of the first who sent the same bytes. */
  key: z.string(),
  /** Where what was sent is copied to be looked at, on a store that does not refuse other content. */
  copyKey: z.optional(z.string()),
  /** Somebody may be sending it: there are URLs for its key. */
  isSigned: z.optional(z.boolean()),
  /** What the object store calls the upload of its parts. */
  upload: z.optional(z.string()),
  /** Where messages may name it. */
  rooms: z.array(roomIdSchema),
  /** When it is looked whether anybody needs it; without it, when a room says so. */
  lookAt: z.optional(timestampSchema),
})
export type FileRow = z.infer<typeof fileRowSchema>
export const fileTable = new Table('files', fileRowSchema)

const usageTable = new Table('usage', z.object({ bytes: z.int() }))
const USAGE_KEY = 'files'

/** How many bytes the files of a user have, those included that were only declared. */
export async function usageIn(storage: Storage): Promise<number> {
  return (await usageTable.get(storage, USAGE_KEY))?.bytes ?? 0
}

export function putUsage(bytes: number): Write {
  return usageTable.put(USAGE_KEY, { bytes })
}

/** The files by the time when they are to be looked at. */
const DUE = 'files-due'
const DIGITS = 15

export function dueWrites(file: FileId, before: FileRow | undefined, after: FileRow | undefined): Write[] {
  if (before?.lookAt === after?.lookAt) return []
  const writes: Write[] = []
  if (before?.lookAt !== undefined) writes.push({ table: DUE, key: dueKey(file, before.lookAt) })
  if (after?.lookAt !== undefined)
    writes.push({ table: DUE, key: dueKey(file, after.lookAt), value: new Uint8Array(0) })
  return writes
}

/** The files that are due first. */
export async function firstDue(storage: Storage, limit: number): Promise<{ file: FileId; at: number }[]> {
  const rows = await storage.page(DUE, undefined, limit)
  return rows.map(([key]) => ({
    file: String(key).slice(DIGITS + 1) as FileId,
    at: Number(String(key).slice(0, DIGITS)),
  }))
}

function dueKey(file: FileId, at: number): string {
  return `${String(at).padStart(DIGITS, '0')} ${file}`
}

/** What the object, or each of its parts, must be. */
export function contentsOf({ bytes, sha256, parts }: Declaration): readonly Content[] {
  if (sha256 !== undefined) return [{ bytes, sha256 }]
  return (parts ?? []).map((part, i) => ({ bytes: partLength(bytes, i), sha256: part }))
}

/** The same for the same bytes, whoever has them. */
export function identityOf({ sha256, parts = [] }: Declaration): string {
  return sha256 ?? `parts-${combined(parts)}`
}

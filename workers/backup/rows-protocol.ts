import * as z from 'zod/mini'
import { keySchema, valueSchema } from './rows.ts'

/** Such as `room:g_...`: of which kind the object is, and its name. */
const actorSchema = z.string().check(z.regex(/^(user|room|directory):[\w-]+$/))
export const tablesSchema = z.object({ actor: actorSchema })
export const pageSchema = z.object({
  actor: actorSchema,
  table: z.string(),
  after: z.optional(keySchema),
  limit: z.int().check(z.minimum(1), z.maximum(1000)),
})
export const commitSchema = z.object({
  actor: actorSchema,
  writes: z.array(z.tuple([z.string(), keySchema, z.nullable(valueSchema)])),
  wakeAt: z.optional(z.nullable(z.int())),
})
export type RowsCommit = z.infer<typeof commitSchema>
/** Answers `tables`. */
export const tableNamesSchema = z.array(z.string())
/** Answers `page`. */
export const pageRowsSchema = z.array(z.tuple([keySchema, valueSchema]))
/** Nobody is let in for so long, unless it is told again meanwhile; 0 ends it. */
export const pauseSchema = z.object({ forMs: z.int().check(z.minimum(0), z.maximum(10 * 60_000)) })
/** Answers `pause`: whether nobody was let in since it was told last. */
export const wasPausedSchema = z.boolean()

/** The Worker has a directory of this name for what belongs to no other actor: it says that a restore is half done. */
export const APART = 'directory:restore'

/** Paths of these routes, and what is posted there; the answers are JSON. */
export const ROWS = {
  tables: '/rows/tables',
  page: '/rows/page',
  commit: '/rows/commit',
  pause: '/rows/pause',
} as const

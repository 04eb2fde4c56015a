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
export const pauseSchema = z.object({ paused: z.boolean() })

/** Paths of these routes, and what is posted there; the answers are JSON. */
export const ROWS = {
  tables: '/rows/tables',
  page: '/rows/page',
  commit: '/rows/commit',
  pause: '/rows/pause',
} as const

import { type Context, Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { HTTPException } from 'hono/http-exception'
import * as z from 'zod/mini'
import { commitSchema, pageSchema, pauseSchema, ROWS, tablesSchema } from '#workers/backup/rows-protocol.ts'
import type { ActorObject } from './actor-object.ts'
import type { Env } from './env.ts'
import { gatewayIds } from './gateways.ts'
import { objects } from './namespaces.ts'

const KINDS = { user: 'USER', room: 'ROOM', directory: 'DIRECTORY' } as const

/**
 * For whoever runs the server, and so knows its secret: the rows of its objects, read for a backup and written by a
 * restore (node-host/backup/edge-store.ts). Objects have no common moment: while it is paused nobody is connected, and
 * nothing changes by anybody's doing.
 */
export function rowsRoute({ secret, env }: { readonly secret: string | undefined; readonly env: Env }): Hono {
  const route = new Hono()
  if (secret === undefined) return route
  route.use('/rows/*', bearerAuth({ token: secret }))
  route.post(ROWS.tables, async (c) => {
    const { actor } = await posted(c, tablesSchema)
    return c.json(await objectOf(env, actor).tables())
  })
  route.post(ROWS.page, async (c) => {
    const { actor, table, after, limit } = await posted(c, pageSchema)
    return c.json(await objectOf(env, actor).page(table, after, limit))
  })
  route.post(ROWS.commit, async (c) => {
    const commit = await posted(c, commitSchema)
    await objectOf(env, commit.actor).commitRows(commit)
    return c.json(null)
  })
  route.post(ROWS.pause, async (c) => {
    const { paused } = await posted(c, pauseSchema)
    await Promise.all(gatewayIds().map((id) => objects(env, 'GATEWAY').getByName(id).pause(paused)))
    return c.json(null)
  })
  return route
}

async function posted<Body>(c: Context, schema: z.ZodMiniType<Body>): Promise<Body> {
  const body = await c.req.json().catch(() => undefined)
  const parsed = z.safeParse(schema, body)
  if (!parsed.success) throw new HTTPException(400, { message: 'not understood' })
  return parsed.data
}

type Rows = Pick<ActorObject, 'tables' | 'page' | 'commitRows'>

function objectOf(env: Env, actor: string): Rows {
  const end = actor.indexOf(':')
  const kind = KINDS[actor.slice(0, end) as keyof typeof KINDS]
  const namespace: { getByName(name: string): unknown } = objects(env, kind)
  // What crosses to an object is copied; its types would not say so.
  return namespace.getByName(actor.slice(end + 1)) as Rows
}

import { type Context, Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { HTTPException } from 'hono/http-exception'
import * as z from 'zod/mini'
import { commitSchema, pageSchema, pauseSchema, ROWS, tablesSchema } from '#workers/backup/rows-protocol.ts'
import type { Env } from './env.ts'
import { gatewayIds } from './gateways.ts'
import { objects } from './namespaces.ts'
import { objectOf } from './row-objects.ts'

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
    const { forMs } = await posted(c, pauseSchema)
    const pauses = gatewayIds().map((id) => objects(env, 'GATEWAY').getByName(id).pause(forMs))
    return c.json((await Promise.all(pauses)).every((wasPaused) => wasPaused))
  })
  return route
}

async function posted<Body>(c: Context, schema: z.ZodMiniType<Body>): Promise<Body> {
  const body = await c.req.json().catch(() => undefined)
  const parsed = z.safeParse(schema, body)
  if (!parsed.success) throw new HTTPException(400, { message: 'not understood' })
  return parsed.data
}

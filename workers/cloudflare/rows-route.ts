import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
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
    const asked = z.safeParse(tablesSchema, await c.req.json())
    return asked.success ? c.json(await objectOf(env, asked.data.actor).tables()) : c.text('not understood\n', 400)
  })
  route.post(ROWS.page, async (c) => {
    const asked = z.safeParse(pageSchema, await c.req.json())
    if (!asked.success) return c.text('not understood\n', 400)
    const { actor, table, after, limit } = asked.data
    return c.json(await objectOf(env, actor).page(table, after, limit))
  })
  route.post(ROWS.commit, async (c) => {
    const asked = z.safeParse(commitSchema, await c.req.json())
    if (!asked.success) return c.text('not understood\n', 400)
    await objectOf(env, asked.data.actor).commitRows(asked.data)
    return c.json(null)
  })
  route.post(ROWS.pause, async (c) => {
    const asked = z.safeParse(pauseSchema, await c.req.json())
    if (!asked.success) return c.text('not understood\n', 400)
    await Promise.all(gatewayIds().map((id) => objects(env, 'GATEWAY').getByName(id).pause(asked.data.paused)))
    return c.json(null)
  })
  return route
}

type Rows = Pick<ActorObject, 'tables' | 'page' | 'commitRows'>

function objectOf(env: Env, actor: string): Rows {
  const end = actor.indexOf(':')
  const kind = KINDS[actor.slice(0, end) as keyof typeof KINDS]
  const namespace: { getByName(name: string): unknown } = objects(env, kind)
  // What crosses to an object is copied; its types would not say so.
  return namespace.getByName(actor.slice(end + 1)) as Rows
}

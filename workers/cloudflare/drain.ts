import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'

/**
 * workerd that is told to stop waits for its sockets to close, however long that takes. So whoever stops it asks for
 * this first: answered when every client has been told to come back.
 */
export function drainRoute(secret: string | undefined, drain: () => Promise<void>): Hono {
  const route = new Hono()
  if (secret === undefined) return route
  route.post('/drain', bearerAuth({ token: secret }), async (c) => {
    await drain()
    return c.text('drained\n')
  })
  return route
}

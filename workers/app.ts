import { Hono, type MiddlewareHandler } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { etag } from 'hono/etag'
import { HTTPException } from 'hono/http-exception'
import type { Log } from '#durable/ports/log.ts'
import { type ObjectRoutesOptions, objectRoutes } from './object-routes.ts'
import { securityHeaders } from './security-headers.ts'

export type AppOptions = {
  /** Whether the host takes new connections, or is about to stop. */
  readonly health: () => 'ok' | 'draining'
  /** Serves the file at the request's path; calls `next` when there is none. */
  readonly files: MiddlewareHandler
  /** Serves the page of the web client, which looks at the path itself; calls `next` when it is not there. */
  readonly page: MiddlewareHandler
  /** The host's counters for whoever knows the token; without it nobody may read them here. */
  readonly metrics?: { readonly token: string; readonly read: () => Promise<Metrics> }
  /** Objects that this host itself takes and hands out. */
  readonly objects?: ObjectRoutesOptions | undefined
  /** Where else clients send and fetch them. */
  readonly objectsOrigin?: string | undefined
  readonly log: Log
}

export type Metrics = { readonly type: string; readonly text: string }

export const SOCKET_PATH = '/ws'

/** Their names change with their content. */
const HASHED_FILES = '/assets/*'
const YEAR = 'public, max-age=31536000, immutable'

/** What every host answers over HTTP. Sockets are opened beside it, by each host in its own way. */
export function createApp({ health, files, page, metrics, objects, objectsOrigin, log }: AppOptions): Hono {
  const app = new Hono()
  // They have headers of their own, and come first.
  if (objects) app.route('/', objectRoutes(objects))
  app.use(securityHeaders(objectsOrigin))

  app.get('/healthz', (c) => {
    const status = health()
    return c.json({ status }, status === 'ok' ? 200 : 503, { 'cache-control': 'no-store' })
  })

  if (metrics) {
    app.get('/metrics', bearerAuth({ token: metrics.token }), async (c) => {
      const { type, text } = await metrics.read()
      return c.body(text, 200, { 'content-type': type, 'cache-control': 'no-store' })
    })
  } else app.get('/metrics', (c) => c.notFound())

  app.get(SOCKET_PATH, (c) => c.text('This is where a client opens its WebSocket.\n', 426, { upgrade: 'websocket' }))

  app.use(HASHED_FILES, cacheControl(YEAR), files)
  // Everything else keeps its name when it changes: asked for again each time, sent only when it did change.
  app.use(cacheControl('no-cache'), etag())
  app.get('*', files)
  app.get('*', (c, next) => (isNavigation(c.req.header('accept')) ? page(c, next) : next()))

  app.notFound((c) => c.text('There is nothing here.\n', 404))
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse()
    log.error('a request failed', { path: c.req.path, error })
    return c.text('Something went wrong here.\n', 500)
  })
  return app
}

/** Whether a browser goes to a page; scripts, pictures and requests of scripts do not ask for HTML. */
function isNavigation(accept: string | undefined): boolean {
  return accept?.includes('text/html') ?? false
}

/** Says how long what was found may be kept; what was not found may come any time. */
function cacheControl(value: string): MiddlewareHandler {
  return async (c, next) => {
    await next()
    if (c.res.ok || c.res.status === 304) c.header('cache-control', value)
  }
}

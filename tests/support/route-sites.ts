import type { Hono, MiddlewareHandler } from 'hono'
import { appOf as appOfNode } from '#node-host/serving.ts'
import { edgePlatform } from '#workers/cloudflare/edge-platform.ts'
import type { Env } from '#workers/cloudflare/env.ts'
import { appOf as appOfWorker } from '#workers/cloudflare/host.ts'
import { standalonePlatform } from '#workers/cloudflare/standalone-platform.ts'
import type { ObjectRoutesOptions } from '#workers/object-routes.ts'
import { SignedUrls } from '#workers/signed-urls.ts'
import type { SmallWorld } from './small-world.ts'

export const PAGE = '<!doctype html>'
export const BYTES = 'a picture'

/** What a host answers over HTTP, put together as the host itself does it, with actors in memory behind it. */
export type RouteSite = {
  readonly app: Hono
  readonly world: SmallWorld
  /** Signs the addresses of objects, where the host itself keeps them. */
  readonly urls: SignedUrls
  /** How many gateways were told to send their clients away. */
  drained: number
  metricsRead: number
  objectsWritten: number
  /** What was asked of rows, and of gateways for their sake. */
  readonly rowsAsked: string[]
}

type Compose = (site: Omit<RouteSite, 'app'>, secret: string | undefined) => Hono

/** By host. */
const APPS = {
  'node-host': (site, secret) =>
    appOfNode({
      settings: { metricsToken: secret, s3Url: undefined, s3PublicUrl: undefined },
      log: { info: note, warn: note, error: note },
      objects: { served: objectsOf(site) },
      readMetrics: async () => {
        site.metricsRead++
        return { type: 'text/plain', text: 'up 1' }
      },
      client: { files: (_c, next) => next(), page },
      health: () => 'ok',
    }),
  Cloudflare: (site, secret) => appOfWorker(edgePlatform(envOf(site, secret))),
  'standalone workerd': (site, secret) => appOfWorker(standalonePlatform(envOf(site, secret))),
} satisfies Record<string, Compose>

export type SiteName = keyof typeof APPS

export const SITE_NAMES = Object.keys(APPS) as SiteName[]

/** @param secret what a host asks for where it asks for one; without it, it has no such routes */
export function routeSite(name: SiteName, world: SmallWorld, secret: string | undefined): RouteSite {
  const urls = new SignedUrls(new TextEncoder().encode('signs for the tests'))
  const site = { world, urls, drained: 0, metricsRead: 0, objectsWritten: 0, rowsAsked: [] }
  return Object.assign(site, { app: APPS[name](site, secret) })
}

const page: MiddlewareHandler = async (c) => c.html(PAGE)
const note = () => {}

function objectsOf(site: Omit<RouteSite, 'app'>): ObjectRoutesOptions {
  return {
    urls: site.urls,
    now: () => 0,
    files: {
      async write() {
        site.objectsWritten++
        return 'kept'
      },
      read: async () => ({ bytes: BYTES.length, from: () => new Blob([BYTES]).stream() }),
    },
  }
}

/** The bindings of a Worker. */
function envOf(site: Omit<RouteSite, 'app'>, secret: string | undefined): Env {
  const env = {
    ASSETS: { fetch: async (request: Request | URL) => assetAt(request) },
    DIRECTORY: { getByName: (id: string) => ({ ...callable(site.world.peers.directory(id)), ...rowsOf(site) }) },
    GATEWAY: {
      getByName: () => ({
        async drain() {
          site.drained++
        },
        async pause() {
          site.rowsAsked.push('pause')
          return true
        },
      }),
    },
    SNUG_CLAIM_SECRET: secret,
    SNUG_BACKUP_SECRET: secret,
  }
  return env as unknown as Env
}

/** The rows of an object. */
function rowsOf({ rowsAsked }: Pick<RouteSite, 'rowsAsked'>) {
  const answer = (what: string, value: unknown) => async () => {
    rowsAsked.push(what)
    return value
  }
  return {
    tables: answer('tables', ['claims']),
    page: answer('page', [['a name', 'a user']]),
    commitRows: answer('commit', null),
  }
}

/** An actor as its object answers for it. */
function callable(actor: object) {
  return {
    call: (method: string, args: unknown[]) =>
      (actor as Record<string, (...args: unknown[]) => unknown>)[method]?.(...args),
  }
}

function assetAt(request: Request | URL): Response {
  const { pathname } = new URL(request instanceof Request ? request.url : request)
  if (pathname !== '/' && pathname !== '/index.html') return new Response(null, { status: 404 })
  return new Response(PAGE, { headers: { 'content-type': 'text/html' } })
}

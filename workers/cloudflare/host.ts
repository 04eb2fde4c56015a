import type { Hono } from 'hono'
import { type AdmissionPolicy, admitSocket, type SocketRequest } from '#workers/admission.ts'
import { type AppOptions, createApp } from '#workers/app.ts'
import { BARE_HEADERS } from '#workers/bare-headers.ts'
import type { Env } from './env.ts'
import { openLog } from './log.ts'
import { isUpgrade, refuseUpgrade, upgrade } from './upgrades.ts'

/** What workerd at Cloudflare and workerd on a machine of one's own do not have in common. */
export type Platform = Pick<AppOptions, 'health' | 'files' | 'page' | 'objectsOrigin'> & {
  /** What is known of a client that asks for a socket. */
  readonly describe: (request: Request) => SocketRequest
  readonly policy: AdmissionPolicy
  /** The last thing done to an answer. */
  readonly finish?: (answer: Response) => Response
  /** What only whoever runs the server may ask. */
  readonly commands: Hono
}

/** All that this host answers over HTTP. */
export function appOf({ health, files, page, objectsOrigin, commands }: Platform): Hono {
  return createApp({ health, files, page, objectsOrigin, log: openLog() }).route('/', commands)
}

type Host = { fetch(request: Request): Promise<Response> }

/** A Worker. Its host is made with the first request: only then the settings are there. */
export function serve(platformOf: (env: Env) => Platform): ExportedHandler<Env> {
  let host: Host | undefined
  return {
    async fetch(request, env) {
      try {
        host ??= openHost(env, platformOf(env))
        return await host.fetch(request)
      } catch (error) {
        openLog().error('a request failed', { error })
        return new Response('Something went wrong here.\n', { status: 500, headers: BARE_HEADERS })
      }
    },
  }
}

/** HTTP is answered by the app of every host, sockets by a gateway. */
function openHost(env: Env, platform: Platform): Host {
  const { health, describe, policy, finish = (answer) => answer } = platform
  const app = appOf(platform)
  return {
    async fetch(request) {
      if (!isUpgrade(request)) return finish(await app.fetch(request))
      if (health() === 'draining') return refuseUpgrade(503, 'restarting')
      const admission = admitSocket(describe(request), policy)
      if ('refused' in admission) return refuseUpgrade(403, admission.refused)
      return upgrade(request, env, admission.admitted)
    },
  }
}

import { createApp } from '#workers/app.ts'
import { claimRoute } from './claim.ts'
import type { Env } from './env.ts'
import { openLog } from './log.ts'
import { makePeers } from './peers.ts'
import { readSettings } from './settings.ts'
import { isUpgrade, upgrade } from './upgrades.ts'
import { webClient } from './web.ts'

export type Host = { fetch(request: Request): Promise<Response> }

/** What the Worker answers: HTTP by the app of every host, sockets by a gateway. Throws on bad settings. */
export function openHost(env: Env): Host {
  const log = openLog()
  const settings = readSettings(env)
  const { claimSecret: secret, publicUrl } = settings
  const app = createApp({ health: () => 'ok', ...webClient(env.ASSETS), log })
  app.route('/', claimRoute({ secret, publicUrl, peers: () => makePeers(env, log) }))
  return { fetch: async (request) => (isUpgrade(request) ? upgrade(request, env, settings) : app.fetch(request)) }
}

import { claimRoute } from './claim.ts'
import type { Env } from './env.ts'
import type { Platform } from './host.ts'
import { openLog } from './log.ts'
import { makePeers } from './peers.ts'
import { rowsRoute } from './rows-route.ts'
import { objectsOriginIn, readSettings } from './settings.ts'
import { describeUpgrade } from './upgrades.ts'
import { webClient } from './web.ts'

/** Cloudflare, and `wrangler dev`, which is like it. */
export function edgePlatform(env: Env): Platform {
  const { claimSecret: secret, backupSecret, publicUrl } = readSettings(env)
  return {
    objectsOrigin: objectsOriginIn(env),
    ...webClient(env.ASSETS),
    health: () => 'ok',
    policy: { publicUrl, trustedProxies: [], insecureLan: false },
    // Cloudflare writes the address over whatever a client sends, and every way to it is one hop.
    describe: (request) => ({
      ...describeUpgrade(request),
      remoteAddress: request.headers.get('cf-connecting-ip') ?? '',
      encrypted: new URL(request.url).protocol === 'https:',
    }),
    commands: claimRoute({ secret, publicUrl, peers: () => makePeers(env, openLog()) }).route(
      '/',
      rowsRoute({ secret: backupSecret, env }),
    ),
  }
}

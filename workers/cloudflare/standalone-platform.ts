import { claimRoute } from './claim.ts'
import { diskClient, sendCompressed } from './disk.ts'
import { drainRoute } from './drain.ts'
import type { Env } from './env.ts'
import { gatewayIds } from './gateways.ts'
import type { Platform } from './host.ts'
import { openLog } from './log.ts'
import { makePeers } from './peers.ts'
import { rowsRoute } from './rows-route.ts'
import { objectsOriginIn, readProxySettings, readSettings } from './settings.ts'
import { describeUpgrade } from './upgrades.ts'

/** A workerd that people run themselves (deploy/workerd/): one process, so one flag is enough. */
export function standalonePlatform(env: Env): Platform {
  let isDraining = false
  const { claimSecret: secret, backupSecret, publicUrl } = readSettings(env)
  const commands = claimRoute({ secret, publicUrl, peers: () => makePeers(env, openLog()) })
  commands.route('/', rowsRoute({ secret: backupSecret, env }))
  commands.route(
    '/',
    drainRoute(secret, async () => {
      isDraining = true
      await Promise.all(gatewayIds().map((id) => env.GATEWAY.getByName(id).drain()))
    }),
  )
  return {
    objectsOrigin: objectsOriginIn(env),
    ...diskClient(env.ASSETS),
    health: () => (isDraining ? 'draining' : 'ok'),
    policy: { publicUrl, ...readProxySettings(env) },
    describe: (request) => ({
      ...describeUpgrade(request),
      remoteAddress: addressIn(request.cf),
      encrypted: false,
      forwardedFor: request.headers.get('x-forwarded-for') ?? undefined,
      forwardedProto: request.headers.get('x-forwarded-proto') ?? undefined,
    }),
    commands,
    finish: sendCompressed,
  }
}

/** workerd tells the other end of the connection as `clientIp`, with its port: 10.0.0.1:4321 or [::1]:4321 */
function addressIn(cf: unknown): string {
  const peer = typeof cf === 'object' && cf !== null && 'clientIp' in cf ? String(cf.clientIp) : ''
  return /^\[(.*)\]:\d+$/.exec(peer)?.[1] ?? /^([\d.]+):\d+$/.exec(peer)?.[1] ?? peer
}

import { claimRoute } from './claim.ts'
import { serve } from './host.ts'
import { openLog } from './log.ts'
import { makePeers } from './peers.ts'
import { objectsOriginIn, readSettings } from './settings.ts'
import { describeUpgrade } from './upgrades.ts'
import { webClient } from './web.ts'

export { DirectoryObject, GatewayObject, HasherObject, RoomObject, UserObject } from './objects.ts'

/** The Worker that wrangler.toml names: at Cloudflare, and in `wrangler dev`. */
export default serve((env) => {
  const { claimSecret: secret, publicUrl } = readSettings(env)
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
    commands: claimRoute({ secret, publicUrl, peers: () => makePeers(env, openLog()) }),
  }
})

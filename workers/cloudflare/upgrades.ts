import type { SocketOrigin } from '#durable/ports/sockets.ts'
import { addressGroup } from '#workers/addresses.ts'
import { admitSocket } from '#workers/admission.ts'
import { SOCKET_PATH } from '#workers/app.ts'
import type { Env } from './env.ts'
import { gatewayOf } from './gateways.ts'
import type { Settings } from './settings.ts'

/** How the entry tells a gateway whom it has admitted. Only the entry reaches gateways: nobody else can say this. */
const TRANSPORT = 'snug-transport'
const ADDRESS = 'snug-address'

export function isUpgrade(request: Request): boolean {
  return request.headers.get('upgrade')?.toLowerCase() === 'websocket' && new URL(request.url).pathname === SOCKET_PATH
}

/** Hands a client to its gateway, or refuses it. */
export async function upgrade(request: Request, env: Env, { publicUrl }: Settings): Promise<Response> {
  const { headers } = request
  const url = new URL(request.url)
  const admission = admitSocket(
    {
      // Cloudflare writes it over whatever a client sends.
      remoteAddress: headers.get('cf-connecting-ip') ?? '',
      encrypted: url.protocol === 'https:',
      host: headers.get('host') ?? url.host,
      origin: headers.get('origin') ?? undefined,
      forwardedFor: undefined,
      forwardedProto: undefined,
    },
    { publicUrl, trustedProxies: [], insecureLan: false },
  )
  if ('refused' in admission) return new Response(`${admission.refused}\n`, { status: 403 })
  const { transport, address } = admission.admitted
  // Clients of before the key was asked for come with none: an address always finds the same gateway, too.
  const gateway = env.GATEWAY.getByName(gatewayOf(url.searchParams.get('shard') ?? address))
  return gateway.fetch(url, { headers: { upgrade: 'websocket', [TRANSPORT]: transport, [ADDRESS]: address } })
}

export function originIn({ headers }: Request): SocketOrigin {
  const address = headers.get(ADDRESS) ?? ''
  return { transport: transportIn(headers.get(TRANSPORT)), address, network: addressGroup(address) }
}

function transportIn(header: string | null): SocketOrigin['transport'] {
  switch (header) {
    case 'https':
    case 'loopback':
    case 'insecure-allowed':
      return header
    default:
      return 'insecure'
  }
}

import type { SocketOrigin } from '#durable/ports/sockets.ts'
import { addressGroup } from '#workers/addresses.ts'
import type { SocketRequest } from '#workers/admission.ts'
import { SOCKET_PATH } from '#workers/app.ts'
import { BARE_HEADERS } from '#workers/bare-headers.ts'
import type { Env } from './env.ts'
import { gatewayOf } from './gateways.ts'
import { objects } from './namespaces.ts'

/** How the entry tells a gateway whom it has admitted. Only the entry reaches gateways: nobody else can say this. */
const TRANSPORT = 'snug-transport'
const ADDRESS = 'snug-address'
/** The longest text of an IPv6 address has 45 characters. What proxies pass on may be anything, and is kept with the socket. */
const MAX_ADDRESS_LENGTH = 64

export function isUpgrade(request: Request): boolean {
  return request.headers.get('upgrade')?.toLowerCase() === 'websocket' && new URL(request.url).pathname === SOCKET_PATH
}

/** What the request itself says; the address at its other end, and what proxies say, is for the platform to tell. */
export function describeUpgrade({ headers, url }: Request) {
  return {
    host: headers.get('host') ?? new URL(url).host,
    origin: headers.get('origin') ?? undefined,
    forwardedFor: undefined,
    forwardedProto: undefined,
  } satisfies Partial<SocketRequest>
}

export function refuseUpgrade(status: 403 | 503, reason: string): Response {
  const headers = { ...BARE_HEADERS, ...(status === 503 && { 'retry-after': '5' }) }
  return new Response(`${reason}\n`, { status, headers })
}

/** Hands an admitted client to its gateway. */
export function upgrade({ url }: Request, env: Env, { transport, address }: SocketOrigin): Promise<Response> {
  // Clients of before the key was asked for come with none: an address always finds the same gateway, too.
  const gateway = objects(env, 'GATEWAY').getByName(gatewayOf(new URL(url).searchParams.get('shard') ?? address))
  const told = { [TRANSPORT]: transport, [ADDRESS]: address.slice(0, MAX_ADDRESS_LENGTH) }
  return gateway.fetch(url, { headers: { upgrade: 'websocket', ...told } })
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

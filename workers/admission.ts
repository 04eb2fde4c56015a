import type { SocketOrigin } from '#durable/ports/sockets.ts'
import { type AddressRange, addressGroup, isLoopback, isWithin } from './addresses.ts'

/** What a host knows of a client that asks for a socket. */
export type SocketRequest = {
  /** The address at the other end of the TCP connection. */
  readonly remoteAddress: string
  /** Whether that connection is encrypted. */
  readonly encrypted: boolean
  /** The headers of these names. */
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly forwardedFor: string | undefined
  readonly forwardedProto: string | undefined
}

export type AdmissionPolicy = {
  /** Where people open this server, if it is known. */
  readonly publicUrl?: string | undefined
  /** Whose X-Forwarded-For and X-Forwarded-Proto are believed. */
  readonly trustedProxies: readonly AddressRange[]
  /** Whether the owner has allowed log-in over an unencrypted network. */
  readonly insecureLan: boolean
}

/** Who may open a socket, and what is known about it; or why it may not. */
export function admitSocket(
  request: SocketRequest,
  policy: AdmissionPolicy,
): { readonly admitted: SocketOrigin } | { readonly refused: string } {
  if (!isOwnPage(request, policy)) return { refused: 'pages of other sites may not open a connection to this server' }
  const { address, encrypted } = seeThroughProxies(request, policy.trustedProxies)
  const transport = transportOf(address, encrypted, policy.insecureLan)
  return { admitted: { address, network: addressGroup(address), transport } }
}

/**
 * Browsers say which page opens a socket; only our own may. Programs that are no browsers say nothing, and nothing is
 * gained by lying: a socket carries no cookie, whoever opens one still has to log in.
 */
function isOwnPage({ origin, host }: SocketRequest, { publicUrl }: AdmissionPolicy): boolean {
  if (origin === undefined) return true
  const page = parseUrl(origin)
  if (!page) return false
  if (publicUrl !== undefined && page.origin === parseUrl(publicUrl)?.origin) return true
  // The header leaves out the default port of whatever scheme the page has.
  return host !== undefined && page.host === parseUrl(`${page.protocol}//${host}`)?.host
}

function parseUrl(text: string): URL | undefined {
  const url = URL.parse(text)
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined
}

/**
 * The client's own address, and whether all the way to it is encrypted. Every proxy adds the address that it sees at
 * the end, so the last one that is no trusted proxy is the client; what stands before it anybody may have written.
 */
function seeThroughProxies(
  { remoteAddress, encrypted, forwardedFor, forwardedProto }: SocketRequest,
  trusted: readonly AddressRange[],
): { address: string; encrypted: boolean } {
  if (!isWithin(remoteAddress, trusted)) return { address: remoteAddress, encrypted }
  const hops = list(forwardedFor)
  const address = hops.findLast((hop) => !isWithin(hop, trusted)) ?? hops[0] ?? remoteAddress
  const schemes = list(forwardedProto)
  return { address, encrypted: schemes.length === 0 ? encrypted : schemes.every((scheme) => scheme === 'https') }
}

function list(header: string | undefined): string[] {
  const items = header?.split(',') ?? []
  return items.map((item) => item.trim().toLowerCase()).filter((item) => item !== '')
}

function transportOf(address: string, encrypted: boolean, insecureLan: boolean): SocketOrigin['transport'] {
  if (encrypted) return 'https'
  if (isLoopback(address)) return 'loopback'
  return insecureLan ? 'insecure-allowed' : 'insecure'
}

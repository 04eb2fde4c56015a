import { sha256 } from '@noble/hashes/sha2.js'
import { toUtf8 } from '#protocol/text.ts'

/**
 * Among so many gateways the sockets are spread; each holds about a thousand well. May change at any time: rooms forget
 * a gateway that nobody uses.
 */
const GATEWAYS = 8

/** The gateway of a client, from the key it put into the URL of its socket. */
export function gatewayOf(shard: string): string {
  return gatewayId((sha256(toUtf8(shard))[0] ?? 0) % GATEWAYS)
}

export function gatewayIds(): string[] {
  return Array.from({ length: GATEWAYS }, (_, n) => gatewayId(n))
}

function gatewayId(n: number): string {
  return `g${n}`
}

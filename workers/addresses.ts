import {
  convertIPv4MappedIPv6ToIPv4,
  convertIPv4ToBinary,
  convertIPv6ToBinary,
  distinctRemoteAddr,
  isIPv4MappedIPv6,
} from 'hono/utils/ipaddr'

/** An IP address as a number, with how many bits it has. */
type Address = { readonly bits: 32 | 128; readonly value: bigint }

/** All addresses whose first `length` bits are the same. */
export type AddressRange = Address & { readonly length: number }

/** Undefined when the text is no IP address. `::ffff:1.2.3.4`, as dual-stack sockets write it, is the IPv4 address. */
function parseAddress(text: string): Address | undefined {
  try {
    if (distinctRemoteAddr(text) === 'IPv4') return { bits: 32, value: convertIPv4ToBinary(text) }
    if (distinctRemoteAddr(text) !== 'IPv6') return undefined
    const value = convertIPv6ToBinary(text)
    return isIPv4MappedIPv6(value) ? { bits: 32, value: convertIPv4MappedIPv6ToIPv4(value) } : { bits: 128, value }
  } catch {
    return undefined
  }
}

/** `10.0.0.0/8`, `fd00::/8`, or one address. Undefined when the text is none of these. */
export function parseRange(text: string): AddressRange | undefined {
  const [start = '', length, ...rest] = text.split('/')
  const address = parseAddress(start)
  if (!address || rest.length > 0) return undefined
  if (length === undefined) return { ...address, length: address.bits }
  return /^\d{1,3}$/.test(length) && Number(length) <= address.bits ? { ...address, length: Number(length) } : undefined
}

export function isWithin(text: string, ranges: readonly AddressRange[]): boolean {
  const address = parseAddress(text)
  return address !== undefined && ranges.some((range) => contains(range, address))
}

const LOOPBACK = ['127.0.0.0/8', '::1'].flatMap((text) => parseRange(text) ?? [])

export function isLoopback(text: string): boolean {
  return isWithin(text, LOOPBACK)
}

/**
 * What limits per address count under: an IPv6 network of 64 bits, since whoever has one address there has them all;
 * otherwise the address itself.
 */
export function addressGroup(text: string): string {
  const address = parseAddress(text)
  if (!address) return text
  return address.bits === 128 ? `${(address.value >> 64n).toString(16)}/64` : address.value.toString(16)
}

function contains({ bits, value, length }: AddressRange, address: Address): boolean {
  const shift = BigInt(bits - length)
  return bits === address.bits && value >> shift === address.value >> shift
}

import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'

const EVERYWHERE = new Set(['0.0.0.0', '::'])

/** Where the web client can be opened: the public URL if there is one, else the addresses that the host listens on. */
export function urlsOf(publicUrl: string | undefined, { address, port }: AddressInfo): string[] {
  if (publicUrl !== undefined) return [publicUrl]
  const addresses = EVERYWHERE.has(address) ? ['127.0.0.1', ...networkAddresses()] : [address]
  return addresses.map((each) => `http://${each.includes(':') ? `[${each}]` : each}:${port}`)
}

/** Link-local ones are left out: a browser cannot open them without naming an interface. */
function networkAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.filter(({ internal, address }) => !internal && !address.startsWith('fe80:')).map(({ address }) => address)
}

import type { HostName } from './hosts.ts'

const RATES = [
  'messages-per-second',
  'message-burst',
  'requests-per-second',
  'request-burst',
  'rooms-per-minute',
  'connections',
  'connections-per-address',
]
const OF_NODE_HOST = ['connections', 'connections-per-address']

/** Flags for a host that one test uses like thousands of people: rates are for one person. */
export function unbounded(name: HostName): string[] {
  const flags = name === 'node-host' ? RATES : RATES.filter((flag) => !OF_NODE_HOST.includes(flag))
  return flags.flatMap((flag) => [`--${flag}`, '1000000'])
}

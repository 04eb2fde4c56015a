import { HostProcess } from './host-process.ts'

/** Where people run Snug, each started as its npm script does. `npm start`, `npm run edge`, `npm run edge:standalone`. */
const LAUNCHERS = {
  'node-host': undefined,
  'wrangler dev': 'deploy/workerd/edge.ts',
  'standalone workerd': 'deploy/workerd/standalone.ts',
} as const

export type HostName = keyof typeof LAUNCHERS

export const HOST_NAMES = Object.keys(LAUNCHERS) as HostName[]
export const WORKERD_NAMES = HOST_NAMES.filter((name) => name !== 'node-host')

export function startHost(name: HostName, args: readonly string[] = []): Promise<HostProcess> {
  const launcher = LAUNCHERS[name]
  return HostProcess.start(launcher === undefined ? { built: true, args } : { launcher, args })
}

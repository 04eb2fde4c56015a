import { join } from 'node:path'
import { HostProcess } from './host-process.ts'
import { ROOT } from './workerd.ts'

/** Where people run Snug, each started as its script does: `npm start`, `npm run edge`, `npm run edge:standalone`. */
const LAUNCHERS = {
  'node-host': undefined,
  'wrangler dev': 'deploy/workerd/edge.ts',
  'standalone workerd': 'dist/workerd/launch.js',
} as const

export type HostName = keyof typeof LAUNCHERS

export const HOST_NAMES = Object.keys(LAUNCHERS) as HostName[]
export const WORKERD_NAMES = HOST_NAMES.filter((name) => name !== 'node-host')

/** Where tests run that do not say where: SNUG_TEST_HOST, or node-host. */
export const HOST_OF_RUN = hostCalled(process.env.SNUG_TEST_HOST)

/** A name that nobody has would else let a whole run pass on another host than the one that was meant. */
export function hostCalled(wanted: string | undefined): HostName {
  if (wanted === undefined || wanted === '') return 'node-host'
  const found = HOST_NAMES.find((name) => name === wanted)
  if (!found) throw new Error(`SNUG_TEST_HOST is '${wanted}', and the tests know ${HOST_NAMES.join(', ')}.`)
  return found
}

/** What a script of package.json runs, for a host on workerd. */
export function programOf(name: HostName): string {
  return join(ROOT, LAUNCHERS[name] ?? 'dist/node-host/main.js')
}

/** @param under a command that runs it, such as strace with its parameters */
export function startHost(
  name: HostName,
  args: readonly string[] = [],
  under: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<HostProcess> {
  const launcher = LAUNCHERS[name]
  return HostProcess.start({ ...(launcher !== undefined && { launcher }), args, under, env })
}

import type { ObjectsSetup } from '#node-host/object-store/take.ts'
import { checkSettings, type GivenSettings, gatherSettings, SettingsError, settingInfos } from '#node-host/settings.ts'
import type { Settings } from '#node-host/settings-schema.ts'
import { answerTo } from '#node-host/settings-table.ts'
import { type FolderKind, OF_NODE_HOST, OF_WORKERD } from '#node-host/store/folder-kinds.ts'

export type Options = {
  readonly settings: Settings
  /** What was said for the actors and the edge, by the names of the variables. */
  readonly variables: Readonly<Record<string, string>>
}

type Name = keyof Settings

/** What the launcher itself obeys. */
const OF_LAUNCHER: readonly Name[] = ['port', 'host', 'data', 'logLevel']
/** Settings that not every host has something for, and the hosts that have. */
const ONLY_OF: Readonly<Partial<Record<Name, readonly FolderKind[]>>> = {
  redisUrl: [OF_NODE_HOST],
  allowUnsafeStore: [OF_NODE_HOST],
  connections: [OF_NODE_HOST],
  connectionsPerAddress: [OF_NODE_HOST],
  metricsPort: [OF_NODE_HOST],
  metricsToken: [OF_NODE_HOST],
  threads: [OF_NODE_HOST],
  trustedProxies: [OF_NODE_HOST, OF_WORKERD],
  insecureLan: [OF_NODE_HOST, OF_WORKERD],
}

/**
 * The settings of node-host, under the same names, less those that this kind of host has nothing for. Undefined when
 * something was asked for instead of a start, and is answered.
 */
export function readOptions(data: string, kind: FolderKind): Options | undefined {
  const given = gatherSettings(process.argv.slice(2), { SNUG_DATA: data, ...process.env })
  if (typeof given === 'string') {
    const infos = settingInfos.filter(({ name }) => ONLY_OF[name]?.includes(kind) ?? true)
    const ours = infos.map((info) => (info.name === 'data' ? { ...info, fallback: data } : info))
    process.stdout.write(answerTo(given, ours))
    return undefined
  }
  assertHere(given, kind)
  const settings = checkSettings(given)
  const passed = settingInfos.filter(({ name }) => given.has(name) && !OF_LAUNCHER.includes(name))
  const variables = passed.map(({ name, variable, isSwitch }) => {
    return [variable, isSwitch ? String(settings[name]) : String(given.get(name)?.value)]
  })
  return { settings, variables: Object.fromEntries(variables) }
}

/** What the Worker is told of the store of files, which the launcher has found out. */
export function wordsOn(objects: ObjectsSetup): Readonly<Record<string, string>> {
  return objects.kind === 's3' && objects.refusesOtherContent ? { SNUG_S3_REFUSES_OTHER_CONTENT: 'true' } : {}
}

/** What would be passed over is said: whoever asked for it would believe that it holds. */
function assertHere(given: GivenSettings, kind: FolderKind): void {
  for (const { name } of settingInfos) {
    const said = given.get(name)
    const hosts = ONLY_OF[name]
    if (!said || !hosts || hosts.includes(kind)) continue
    const commands = hosts.map(({ command }) => `\`${command}\``)
    const have = `${commands.join(' and ')} ${commands.length === 1 ? 'has' : 'have'} it`
    throw new SettingsError(`There is no ${said.by} with \`${kind.command}\`: ${have} (docs/hosts.md).`)
  }
}

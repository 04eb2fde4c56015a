import { checkSettings, gatherSettings, SettingsError, settingInfos } from '#node-host/settings.ts'
import type { Settings } from '#node-host/settings-schema.ts'
import { answerTo } from '#node-host/settings-table.ts'

export type Options = {
  readonly settings: Settings
  /** What was said for the actors and the edge, by the names of the variables. */
  readonly variables: Readonly<Record<string, string>>
}

type Name = keyof Settings

/** What the launcher itself obeys. */
const OF_LAUNCHER: readonly Name[] = ['port', 'host', 'data', 'logLevel']
/** Settings of node-host that workerd has nothing for. */
const MISSING: readonly Name[] = ['connections', 'connectionsPerAddress', 'metricsPort', 'metricsToken', 'threads']

/**
 * The settings of node-host, under the same names, less those in `missing`. Undefined when something was asked for
 * instead of a start, and is answered.
 */
export function readOptions(data: string, missing: readonly Name[] = []): Options | undefined {
  const without = [...MISSING, ...missing]
  const given = gatherSettings(process.argv.slice(2), { SNUG_DATA: data, ...process.env })
  if (typeof given === 'string') {
    const infos = settingInfos.filter(({ name }) => !without.includes(name))
    const ours = infos.map((info) => (info.name === 'data' ? { ...info, fallback: data } : info))
    process.stdout.write(answerTo(given, ours))
    return undefined
  }
  for (const name of without) {
    const said = given.get(name)
    if (said) throw new SettingsError(`There is no ${said.by} on workerd: see docs/hosts.md.`)
  }
  const settings = checkSettings(given)
  const passed = settingInfos.filter(({ name }) => given.has(name) && !OF_LAUNCHER.includes(name))
  const variables = passed.map(({ name, variable, isSwitch }) => {
    return [variable, isSwitch ? String(settings[name]) : String(given.get(name)?.value)]
  })
  return { settings, variables: Object.fromEntries(variables) }
}

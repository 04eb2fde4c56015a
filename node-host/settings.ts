import { parseArgs } from 'node:util'
import * as z from 'zod/mini'
import { DEFAULT_LIMITS, type Limits } from '#durable/ports/host.ts'
import { nearest } from './nearest.ts'
import { type Settings, settingNotes, settingsSchema } from './settings-schema.ts'

/** A flag or a variable that cannot be understood: the message is one sentence for whoever wrote it. */
export class SettingsError extends Error {}

export type SettingInfo = {
  readonly name: keyof Settings
  readonly flag: string
  readonly variable: string
  /** What it is where nobody says; undefined where it is then simply not there. */
  readonly fallback: string | undefined
  readonly help: string
  readonly takes: string
  readonly isSwitch: boolean
  readonly isSecret: boolean
}

/** What there is to set, in the order of the schema. */
export const settingInfos: readonly SettingInfo[] = Object.entries(settingsSchema.shape).map(([name, schema]) => {
  const notes = settingNotes.get(schema)
  if (!notes) throw new Error(`the setting ${name} is not described`)
  const words = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return {
    name: name as keyof Settings,
    flag: `--${words}`,
    variable: `SNUG_${words.replaceAll('-', '_').toUpperCase()}`,
    fallback: 'defaultValue' in schema.def ? String(schema.def.defaultValue) : undefined,
    help: notes.help,
    takes: notes.takes,
    isSwitch: notes.isSwitch ?? false,
    isSecret: notes.isSecret ?? false,
  }
})

/** What every variable of Snug begins with. */
const OURS = 'SNUG_'

/** Of the scripts that start, build and test Snug, and of those that deploy it. */
const OF_OTHERS = [
  'SNUG_NO_APT',
  'SNUG_LONG',
  'SNUG_DEV_HOST',
  'SNUG_TEST_HOST',
  'SNUG_CLAIM_SECRET',
  'SNUG_BACKUP_SECRET',
]

type Given = { readonly value: string; readonly by: string }

/** What was said, by the names of the settings. */
export type GivenSettings = ReadonlyMap<string, Given>

/** What can be asked for instead of a start. */
export type Question = 'help' | 'version'

/** Reads the settings, or what was asked for. */
export function readSettings(args: readonly string[], environment: NodeJS.ProcessEnv): Settings | Question {
  const given = gatherSettings(args, environment)
  return typeof given === 'string' ? given : checkSettings(given)
}

/** A flag counts more than a variable. */
export function gatherSettings(args: readonly string[], environment: NodeJS.ProcessEnv): GivenSettings | Question {
  const flags = readFlags(args)
  if (typeof flags === 'string') return flags
  assertKnown(Object.keys(environment))
  const given = new Map<string, Given>()
  for (const { name, variable } of settingInfos) {
    const value = environment[variable]
    if (value !== undefined && value !== '') given.set(name, { value, by: variable })
  }
  for (const [name, flag] of flags) given.set(name, flag)
  return given
}

/** The settings that the actors obey. */
export function limitsOf(settings: Settings): Limits {
  const names = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]
  return Object.fromEntries(names.map((name) => [name, settings[name]])) as Limits
}

/** A variable that looks like a setting and is none is misspelt, most likely. */
function assertKnown(variables: readonly string[]): void {
  const known = [...settingInfos.map(({ variable }) => variable), ...OF_OTHERS]
  const unknown = variables.find((name) => name.startsWith(OURS) && !known.includes(name))
  if (unknown !== undefined) throw notThere(unknown, OURS, known)
}

/** `prefix` is what all the known ones begin with, and so says nothing about which of them was meant. */
function notThere(written: string, prefix: string, known: readonly string[]): SettingsError {
  const bare = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : name)
  const meant = nearest(bare(written), known.map(bare))
  const advice = meant === undefined ? 'see --help.' : `did you mean ${prefix}${meant}? See --help.`
  return new SettingsError(`There is no setting ${written}: ${advice}`)
}

const KNOWN_FLAGS = [...settingInfos.map(({ flag }) => flag), '--help', '--version']

function readFlags(args: readonly string[]): Map<string, Given> | Question {
  const options = Object.fromEntries(
    settingInfos.map(({ flag, isSwitch }) => [flag.slice(2), { type: isSwitch ? 'boolean' : 'string' } as const]),
  )
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true })
  const flags = new Map<string, Given>()
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'option') throw notUnderstood(args[token.index], tokens[i - 1])
    if (token.name === 'help' || token.name === 'h') return 'help'
    if (token.name === 'version') return 'version'
    const info = settingInfos.find(({ flag }) => flag === token.rawName)
    if (!info) throw notThere(token.rawName, '--', KNOWN_FLAGS)
    const value = token.value ?? (info.isSwitch ? 'true' : undefined)
    if (value === undefined) throw new SettingsError(`${info.flag} takes ${info.takes}.`)
    flags.set(info.name, { value, by: info.flag })
  }
  return flags
}

/** What stands by itself: meant for the switch before it, perhaps. */
function notUnderstood(
  word: string | undefined,
  before: { readonly kind: string; readonly rawName?: string } | undefined,
): SettingsError {
  const flag = settingInfos.find(({ flag, isSwitch }) => isSwitch && flag === before?.rawName)?.flag
  const advice = flag === undefined ? 'see --help' : `${flag} stands alone, or as ${flag}=false`
  return new SettingsError(`"${word}" is not understood: ${advice}.`)
}

export function checkSettings(given: GivenSettings): Settings {
  const values = Object.fromEntries([...given].map(([name, { value }]) => [name, value]))
  const parsed = z.safeParse(settingsSchema, values)
  if (parsed.success) {
    assertTogether(parsed.data, given)
    return parsed.data
  }
  const name = parsed.error.issues[0]?.path[0]
  const info = settingInfos.find((each) => each.name === name)
  const source = given.get(String(name))
  const said = info?.isSecret ? '' : `, not "${source?.value}"`
  throw new SettingsError(`${source?.by} takes ${info?.takes}${said}.`)
}

/** What would be passed over is said: whoever set it would believe that it holds. */
function assertTogether({ s3Url, s3PublicUrl }: Settings, given: GivenSettings): void {
  if (s3PublicUrl === undefined || s3Url !== undefined) return
  const said = given.get('s3PublicUrl')?.by
  throw new SettingsError(`${said} says where clients reach the store of --s3-url, and no --s3-url is set.`)
}

import { readSettings, SettingsError } from '../settings.ts'
import type { Settings } from '../settings-schema.ts'

const NO_FILES = '--without-files'
const EDGE = '--edge'

export type BackupArguments = {
  readonly file: string
  readonly withFiles: boolean
  /** Where a Snug on workerd runs, if it is one. */
  readonly edge: string | undefined
  readonly settings: Settings
}

/** What stands behind a command: the file, and the settings that say where the data is. Throws a SettingsError. */
export function readArguments(
  command: string,
  [file, ...rest]: readonly string[],
  environment: NodeJS.ProcessEnv,
): BackupArguments {
  const usage = `Say which file, and then where the data is: npm run ${command} -- FILE [--data FOLDER, and other settings of Snug]`
  if (file === undefined || file.startsWith('-')) throw new SettingsError(`${usage}.`)
  const at = rest.indexOf(EDGE)
  const edge = at < 0 ? undefined : rest[at + 1]
  if (at >= 0 && !(edge && URL.canParse(edge)))
    throw new SettingsError(`${EDGE} takes the address of a Snug on workerd, such as https://chat.example.org.`)
  const isOurs = (_: string, i: number) => rest[i] === NO_FILES || (at >= 0 && (i === at || i === at + 1))
  const settings = readSettings(
    rest.filter((each, i) => !isOurs(each, i)),
    environment,
  )
  if (typeof settings === 'string') throw new SettingsError(`${usage}.`)
  return { file, withFiles: !rest.includes(NO_FILES), edge, settings }
}

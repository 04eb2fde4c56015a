import { readSettings, SettingsError } from '../settings.ts'
import type { Settings } from '../settings-schema.ts'

const NO_FILES = '--without-files'

export type BackupArguments = { readonly file: string; readonly withFiles: boolean; readonly settings: Settings }

/** What stands behind a command: the file, and the settings that say where the data is. Throws a SettingsError. */
export function readArguments(
  command: string,
  [file, ...rest]: readonly string[],
  environment: NodeJS.ProcessEnv,
): BackupArguments {
  const usage = `Say which file, and then where the data is: npm run ${command} -- FILE [--data FOLDER, and other settings of Snug]`
  if (file === undefined || file.startsWith('-')) throw new SettingsError(`${usage}.`)
  const settings = readSettings(
    rest.filter((each) => each !== NO_FILES),
    environment,
  )
  if (typeof settings === 'string') throw new SettingsError(`${usage}.`)
  return { file, withFiles: !rest.includes(NO_FILES), settings }
}

import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json, without a slash at the end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** The commands of installed packages; npm puts this folder before PATH while it runs a script. */
export const PACKAGE_COMMANDS = join(ROOT, 'node_modules', '.bin')

/** Scratch space that may be deleted at any time; on the file system of the project, so that files can be renamed out. */
export const CACHE = join(ROOT, '.cache')

/** The environment as it was before npm added our own commands: what replaces node_modules must not run from it. */
export function environmentOfMachine() {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== PACKAGE_COMMANDS)
  return { ...process.env, PATH: path.join(delimiter), NODE_OPTIONS: '' }
}

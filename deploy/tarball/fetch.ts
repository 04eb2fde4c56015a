import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Advice } from '#node-host/launch/advice.mjs'
import { CACHE, environmentOfMachine, ROOT } from '#node-host/launch/paths.mjs'
import { runAnnounced } from '#node-host/launch/run.mjs'
import { UNBUNDLED } from '#node-host/launch/unbundled.mjs'
import { type Architecture, nodePackage, packagesBelow } from './packages.ts'

/** The folder above a node_modules that holds what runs Snug on this architecture: the project itself, or one apart. */
export async function folderWithPackages(architecture: Architecture): Promise<string> {
  if (process.platform === 'linux' && process.arch === architecture) return ROOT
  const folder = join(CACHE, 'release', `packages-${architecture}`)
  const lock = lockFor(architecture)
  if (!isFetched(folder, lock)) await fetchInto(folder, lock, architecture)
  return folder
}

/** What package-lock.json says of these packages and no others, so that npm holds them to the same hashes. */
function lockFor(architecture: Architecture): string {
  const node = nodePackage(architecture)
  const packages = packagesBelow([...UNBUNDLED, node])
  const versions = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, packages[`node_modules/${name}`]?.version ?? '']))
  // npm leaves it to whoever asks what optional packages are for: the others must be for this machine.
  const wanted = { dependencies: versions(UNBUNDLED), optionalDependencies: versions([node]) }
  const self = { name: 'snug-release', version: '1.0.0', ...wanted }
  return JSON.stringify({ ...self, lockfileVersion: 3, packages: { '': self, ...packages } })
}

/** npm writes its own list last: an installation that broke off has none. */
function isFetched(folder: string, lock: string): boolean {
  if (!existsSync(join(folder, 'node_modules', '.package-lock.json'))) return false
  return readFileSync(join(folder, 'package-lock.json'), 'utf8') === lock
}

async function fetchInto(folder: string, lock: string, architecture: Architecture): Promise<void> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package-lock.json'), lock)
  writeFileSync(join(folder, 'package.json'), JSON.stringify(JSON.parse(lock).packages['']))
  const { code, errors } = await runAnnounced(
    `Fetching the packages for ${architecture}`,
    'npm',
    ['ci', '--os=linux', `--cpu=${architecture}`, '--libc=glibc', '--ignore-scripts', '--loglevel=error'],
    { cwd: folder, env: environmentOfMachine() },
  )
  if (code !== 0)
    throw new Advice(`${errors.trimEnd()}\nThe packages for ${architecture} could not be fetched: see above.`)
}

import { Advice } from './advice.mjs'
import { holdsTestPackages, installedPackages, isInstalled, lockedPackages } from './lockfile.mjs'
import { environmentOfMachine, ROOT } from './paths.mjs'
import { NOT_FOUND, runAnnounced } from './run.mjs'
import { hasRuntime } from './runtime.mjs'

/** By itself npm tries for minutes where there is no network. */
const PATIENCE = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-factor=2', '--maxsockets=50']

/** @typedef {import('./lockfile.mjs').PackageSet} PackageSet */

const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED/

/** What npm says before its sentence, word by word. */
const PARTICULARS = /^npm error (code|syscall|errno|path|dest|file)\b/

/**
 * Brings node_modules to what package-lock.json says, if it is not there already.
 *
 * @param {PackageSet} wanted
 */
export async function ensureInstalled(wanted) {
  const installed = installedPackages()
  if (isInstalled(lockedPackages(), installed, wanted) && hasRuntime()) return
  await install(holdsTestPackages(installed) ? 'all' : wanted)
}

/** @param {PackageSet} set */
async function install(set) {
  // Scripts of packages stay off: none of ours needs one, and they would run with all rights of whoever starts Snug.
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  const { code, errors } = await runAnnounced(
    set === 'all' ? 'Installing the packages of Snug and of its tests' : 'Installing the packages of Snug',
    'npm',
    ['ci', set === 'all' ? '--include=dev' : '--omit=dev', '--include=optional', ...options, ...PATIENCE],
    { cwd: ROOT, env: environmentOfMachine() },
  )
  if (code === NOT_FOUND)
    throw new Advice('There is no npm in PATH: install npm (Debian has it as a package) and start again.')
  if (code !== 0) throw adviceOn(errors)
}

/** @param {string} errors what npm wrote to its error stream */
function adviceOn(errors) {
  if (UNREACHABLE.test(errors)) {
    return new Advice(
      'npm cannot reach its package registry: connect to the network (or set a proxy for npm) and start again.',
    )
  }
  const reason = errors.split('\n').find((line) => line.startsWith('npm error ') && !PARTICULARS.test(line))
  return new Advice(
    `npm could not install the packages (${reason?.slice('npm error '.length) ?? 'it did not say why'}): run \`npm ci\` to see all it says.`,
  )
}

import { readdirSync } from 'node:fs'
import { Advice } from '../../node-host/launch/advice.mjs'
import { environmentOfMachine, ROOT } from '../../node-host/launch/paths.mjs'
import { runAnnounced } from '../../node-host/launch/run.mjs'
import { findCommand } from './commands.mjs'
import { DEBIAN_PACKAGES } from './debian-packages.mjs'

/** @typedef {import('./debian-packages.mjs').DebianPackage} DebianPackage */

/** Installs what is missing where that is allowed; else says what it is and how to get it. */
export async function ensureDebianPackages(isRoot = process.getuid?.() === 0) {
  const missing = DEBIAN_PACKAGES.filter(({ isThere }) => !isThere())
  if (missing.length === 0) return
  announce(missing)
  const mayInstall = isRoot && process.env.SNUG_NO_APT !== '1' && findCommand(['apt-get']) !== undefined
  if (mayInstall) await installAll(missing)
  const needed = missing.filter(({ isThere, isOptional }) => !isOptional && !isThere())
  if (needed.length > 0) throw new Advice(adviceToInstall(needed))
}

/** @param {readonly DebianPackage[]} missing */
async function installAll(missing) {
  if (!hasPackageLists()) await updateLists()
  // One by one: what one distribution lacks must not keep the rest out.
  for (const entry of missing) await install(entry.package)
}

/** @param {readonly DebianPackage[]} missing */
function announce(missing) {
  console.error('The tests need Debian packages that are not here:')
  for (const { package: name, reason, isOptional } of missing) {
    console.error(`  ${name}: ${reason}${isOptional ? ' (the tests pass all the same)' : ''}`)
  }
}

/** @param {readonly DebianPackage[]} missing */
function adviceToInstall(missing) {
  const names = missing.map((entry) => entry.package).join(' ')
  const others = missing.map(({ elsewhere }) => elsewhere).join(', ')
  return `Install them (on Debian: apt-get update && apt-get install --no-install-recommends ${names}; elsewhere have ${others}) and run the tests again.`
}

/** @param {string} name */
async function install(name) {
  const parameters = ['install', '--yes', '--no-install-recommends', name]
  const code = await aptGet(`Installing ${name} with apt-get (SNUG_NO_APT=1 forbids it)`, parameters)
  if (code === 0) return
  // Lists that are months old name versions that the mirrors have dropped.
  await updateLists()
  await aptGet(`Installing ${name} once more`, parameters)
}

function updateLists() {
  return aptGet('Fetching the package lists of this system', ['update'])
}

function hasPackageLists() {
  try {
    return readdirSync('/var/lib/apt/lists').some((name) => name.includes('_Packages'))
  } catch {
    return false
  }
}

/**
 * @param {string} what
 * @param {readonly string[]} parameters
 */
async function aptGet(what, parameters) {
  const env = { ...environmentOfMachine(), DEBIAN_FRONTEND: 'noninteractive' }
  const { code, errors } = await runAnnounced(what, 'apt-get', ['--quiet=2', ...parameters], { cwd: ROOT, env })
  if (code !== 0) console.error(errors.trimEnd())
  return code
}

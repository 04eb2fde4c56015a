import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Advice } from '../../node-host/launch/advice.mjs'
import { CACHE, environmentOfMachine } from '../../node-host/launch/paths.mjs'
import { runAnnounced } from '../../node-host/launch/run.mjs'

const SYSTEM_PACKAGES = '/usr/lib/python3/dist-packages'
const OWN = join(CACHE, 'swift')
const OWN_PACKAGES = join(OWN, 'root', SYSTEM_PACKAGES)

/** The first that looks at the SHA-256 of what is put. Debian 12 has an older one, whose dependencies do for it. */
const ENOUGH = [2, 33]
const RELEASE_THAT_HAS_IT = 'trixie'
const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** Where Python finds a Swift that is new enough; undefined where there is none. */
export function swiftPackages() {
  return [SYSTEM_PACKAGES, OWN_PACKAGES].find((folder) => isEnough(versionIn(folder)))
}

/** Whether Debian's package is there, of whatever version. */
export function hasSwift() {
  return versionIn(SYSTEM_PACKAGES) !== undefined
}

/** Where the system's Swift is too old, unpacks a newer one beside it: nothing of the system changes. */
export async function ensureSwift() {
  if (!hasSwift() || swiftPackages() !== undefined) return
  const scratch = join(CACHE, 'swift.new')
  rmSync(scratch, { recursive: true, force: true })
  try {
    await fetchNewer(scratch)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const advice = 'Have minio in PATH, and run the tests again.'
    throw new Advice(`A newer python3-swift could not be fetched (${why.trim()}). ${advice}`, { cause: error })
  }
  rmSync(OWN, { recursive: true, force: true })
  renameSync(scratch, OWN)
}

/** @param {string} scratch */
async function fetchNewer(scratch) {
  const lists = join(scratch, 'lists')
  mkdirSync(join(lists, 'partial'), { recursive: true })
  mkdirSync(join(scratch, 'archives', 'partial'), { recursive: true })
  const sources = join(scratch, 'sources.list')
  writeFileSync(sources, `deb [signed-by=${KEYS}] ${await archive()} ${RELEASE_THAT_HAS_IT} main\n`)
  const settings = {
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': lists,
    'Dir::Cache': scratch,
    // Else it looks for a user who may not read this folder.
    'APT::Sandbox::User': 'root',
  }
  const options = ['--quiet=2', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])]
  await run(scratch, 'Fetching the list of newer packages', 'apt-get', [...options, 'update'])
  await run(scratch, 'Fetching a newer python3-swift', 'apt-get', [...options, 'download', 'python3-swift'])
  const file = readdirSync(scratch).find((name) => name.endsWith('.deb')) ?? ''
  await run(scratch, 'Unpacking it', 'dpkg-deb', ['--extract', file, 'root'])
}

/** From where this system gets its own packages. */
async function archive() {
  const { stdout } = await promisify(execFile)('apt-get', [
    'indextargets',
    '--format',
    '$(SITE)',
    'Created-By: Packages',
  ])
  const site = stdout.split('\n').find((line) => line.trim() !== '' && !line.includes('security'))
  if (site === undefined) throw new Error('apt-get knows no archive')
  return site.trim()
}

/**
 * @param {string} cwd
 * @param {string} what
 * @param {string} command
 * @param {readonly string[]} parameters
 */
async function run(cwd, what, command, parameters) {
  const { code, errors } = await runAnnounced(what, command, parameters, { cwd, env: environmentOfMachine() })
  if (code !== 0) throw new Error(errors)
}

/** @param {string} folder */
function versionIn(folder) {
  if (!existsSync(join(folder, 'swift'))) return undefined
  const name = readdirSync(folder).find((entry) => /^swift-[\d.]+\.(egg|dist)-info$/.test(entry)) ?? ''
  return name
    .replace(/^swift-|\.(egg|dist)-info$/g, '')
    .split('.')
    .map(Number)
}

/** @param {readonly number[] | undefined} version */
function isEnough(version) {
  if (version === undefined) return false
  const [major = 0, minor = 0] = version
  return major > (ENOUGH[0] ?? 0) || (major === ENOUGH[0] && minor >= (ENOUGH[1] ?? 0))
}

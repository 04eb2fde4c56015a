import { readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { BROWSERS, findCommand } from './commands.mjs'
import { hasSwift } from './swift.mjs'

/**
 * What the tests need beside npm packages, in the names of Debian.
 *
 * @typedef {{
 *   package: string,
 *   reason: string,
 *   isThere: () => boolean,
 *   elsewhere: string, // what does as well on a system without Debian's packages
 *   isOptional?: boolean, // the tests pass without it
 * }} DebianPackage
 * @type {readonly DebianPackage[]}
 */
export const DEBIAN_PACKAGES = [
  {
    package: 'chromium-headless-shell',
    reason: 'the end-to-end tests drive real browsers',
    ...anyCommand(...BROWSERS),
  },
  {
    package: 'redis-server',
    reason: 'the store on the Redis protocol is tested against a real one',
    ...anyCommand('redis-server'),
  },
  {
    package: 'python3-swift',
    reason: 'uploads are tested against a real S3 server',
    isThere: () => hasSwift() || findCommand(['minio']) !== undefined,
    elsewhere: 'minio in PATH',
  },
  {
    package: 'openssl',
    reason: 'what looks at the front of a server is tested against certificates that are good, and others',
    ...anyCommand('openssl'),
  },
  {
    package: 'strace',
    reason: 'a trace of system calls shows that nothing is acknowledged before it is on the disk',
    ...anyCommand('strace'),
  },
  {
    // The smallest that has both the simplified and the traditional characters: 1.6 MB to fetch.
    package: 'fonts-wqy-microhei',
    reason: 'without any Chinese font the pictures of the pages show boxes',
    isThere: () => fontFiles().some((path) => CHINESE_FONT.test(path)),
    elsewhere: 'a font with Chinese',
    isOptional: true,
  },
]

const CHINESE_FONT = /wqy|wenkai|cjk|sourcehan|source-han|notosanss?c|droidsansfallback|arphic|uming|ukai|pingfang/i

/** @param {readonly string[]} names any one of them, found in PATH, will do */
function anyCommand(...names) {
  return { isThere: () => findCommand(names) !== undefined, elsewhere: `${names.join(' or ')} in PATH` }
}

/** All files in the folders where a system keeps its fonts. */
function fontFiles() {
  const shares = (process.env.XDG_DATA_DIRS || '/usr/local/share:/usr/share').split(delimiter)
  return shares.flatMap((share) => filesBelow(join(share, 'fonts')))
}

/** @param {string} folder */
function filesBelow(folder) {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
}

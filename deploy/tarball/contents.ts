import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '#node-host/launch/paths.mjs'
import { startCommand } from '#node-host/launch/start-command.mjs'
import { UNBUNDLED } from '#node-host/launch/unbundled.mjs'
import { licencesOf } from './licences.ts'
import { type Architecture, nodePackage, packagesBelow } from './packages.ts'

/** A file of a release: what it is a copy of, or its text. */
type Source = { readonly file: string } | { readonly text: string; readonly isProgram?: true }

/** By their path in the release. It has the layout of a copy of the project: what starts one starts the other. */
export type Contents = Record<string, Source>

/** Where npm puts Node in a copy of the project, and deploy/snug.service looks for it. */
const NODE = 'node_modules/.bin/node'

/** Copied as they are. */
export const PLAIN = [
  'LICENSE',
  'CHANGELOG.md',
  'docs/operating.md',
  'docs/settings.md',
  'docs/stores.md',
  'deploy/snug.service',
  'deploy/Caddyfile',
]

/** Maps tell stacks apart while Snug is worked on; without its sources they lead nowhere. */
const NOT_SHIPPED = /\.map$/

const LOADED = /\.[cm]?js$|\/package\.json$|\/licen[cs]e[^/]*$/i

/** What some packages bring of their own workshop. */
const LEFT_OVER = /\.min\.js$|\/rollup\.config\.js$|\/\.|^node_modules\/node-addon-api\//

/** @param packages the folder above a node_modules for this architecture */
export function contentsFor(architecture: Architecture, packages: string): Contents {
  return {
    ...copies(ROOT, PLAIN),
    ...copies(ROOT, [...filesBelow(ROOT, 'dist/node-host'), ...filesBelow(ROOT, 'dist/web')]),
    ...copies(packages, runtimeFiles(architecture, packages)),
    [NODE]: { file: join(packages, 'node_modules', nodePackage(architecture), 'bin', 'node') },
    'package.json': { text: manifest() },
    snug: { text: startScript(), isProgram: true },
    'LICENSE.others': { text: licencesOf(join(packages, 'node_modules', nodePackage(architecture), 'LICENSE')) },
  }
}

function copies(folder: string, paths: readonly string[]): Contents {
  return Object.fromEntries(paths.map((path) => [path, { file: join(folder, path) }]))
}

/** Of the packages beside the bundle: what Node loads on this architecture, and whose it is. */
function runtimeFiles(architecture: Architecture, packages: string): string[] {
  const isNative = new RegExp(`/(prebuilds/linux-${architecture}/[^/]+|node\\.napi\\.glibc)\\.node$`)
  return Object.keys(packagesBelow(UNBUNDLED, architecture))
    .flatMap((folder) => filesBelow(packages, folder))
    .filter((path) => (LOADED.test(path) && !LEFT_OVER.test(path)) || isNative.test(path))
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !NOT_SHIPPED.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
}

/** What Node and `--version` read of the project's own. */
function manifest(): string {
  const { name, version, description, license, type } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  return `${JSON.stringify({ name, version, description, license, private: true, type }, null, 2)}\n`
}

/** What else than to start it can be asked of it, by its first word, and the program that answers. */
const COMMANDS = {
  backup: 'backup/backup-program.js',
  restore: 'backup/restore-program.js',
  doctor: 'doctor/program.js',
}

/** As `npm start` starts it, from wherever it is called: the data folder is looked for there. */
function startScript(): string {
  const { flags, program } = startCommand()
  const cases = Object.entries(COMMANDS).map(
    ([name, file]) => `  ${name}) shift; exec "$here/${NODE}" "$here/dist/node-host/${file}" "$@" ;;`,
  )
  return `#!/bin/sh
# Starts Snug. Settings as flags or as environment: docs/settings.md.
here=$(dirname -- "$(readlink -f -- "$0")")
case $1 in
${cases.join('\n')}
esac
exec "$here/${NODE}" ${flags.join(' ')} "$here/${program.slice(ROOT.length + 1)}" "$@"
`
}

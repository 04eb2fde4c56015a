import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What .gitignore names, and git's own folder. */
const NOT_OURS = ['.git', 'node_modules', 'dist', 'release', '.cache', '.wrangler', 'data', 'data-edge', 'data-workerd']

/** The text files of the project, by their paths from its root. */
export function projectFiles(ending: RegExp = /./): string[] {
  return filesBelow('').filter((path) => ending.test(path))
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => !NOT_OURS.includes(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesBelow(path) : [path]
    })
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

export function topFolders(): string[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_OURS.includes(entry.name))
    .map((entry) => entry.name)
}

type Manifest = {
  readonly dependencies: Record<string, string>
  readonly devDependencies: Record<string, string>
  readonly optionalDependencies: Record<string, string>
  readonly scripts: Record<string, string>
}

export function manifest(): Manifest {
  return JSON.parse(read('package.json'))
}

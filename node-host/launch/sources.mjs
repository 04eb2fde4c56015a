import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './paths.mjs'

/** What the build reads: the zones that are shipped, and the files that name packages and their versions. */
const ZONES = ['protocol', 'durable', 'workers', 'node-host', 'client', 'web']
export const INPUTS = [...ZONES, 'deploy/workerd', 'package.json', 'package-lock.json']
const NOT_BUILT = /\.test\.tsx?$/

/** A hash over the names and contents of everything that the build reads. */
export function hashSources() {
  const hash = createHash('sha256')
  for (const file of INPUTS.flatMap(filesAt)) {
    const content = readFileSync(join(ROOT, file))
    hash.update(`${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/**
 * @param {string} path of a file or a folder, relative to the project
 * @returns {string[]} the file, or the files below the folder, in an order that is the same on every machine
 */
function filesAt(path) {
  const stats = statSync(join(ROOT, path), { throwIfNoEntry: false })
  if (!stats || NOT_BUILT.test(path)) return []
  if (stats.isFile()) return [path]
  return readdirSync(join(ROOT, path))
    .sort()
    .flatMap((name) => filesAt(`${path}/${name}`))
}

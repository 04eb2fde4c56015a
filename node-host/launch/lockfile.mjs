import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './paths.mjs'

/**
 * @typedef {'production' | 'all'} PackageSet what runs and builds Snug, or also what tests it
 * @typedef {Record<string, string>} Wanted versions by the names of packages
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, devOptional?: boolean, license?: string,
 *   dependencies?: Wanted, optionalDependencies?: Wanted, os?: string[], cpu?: string[] }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages by their path, such as node_modules/zod
 */

/** @returns {LockedPackages} */
export function lockedPackages() {
  return readPackages(join(ROOT, 'package-lock.json'))
}

/**
 * What npm has written down about node_modules. It does so last, so an installation that broke off counts as none.
 *
 * @returns {LockedPackages}
 */
export function installedPackages() {
  try {
    return readPackages(join(ROOT, 'node_modules', '.package-lock.json'))
  } catch {
    return {}
  }
}

/**
 * @param {string} file
 * @returns {LockedPackages}
 */
function readPackages(file) {
  const { '': _self, ...packages } = JSON.parse(readFileSync(file, 'utf8')).packages
  return packages
}

/**
 * Whether a set is there in the locked versions. Packages beyond the set may be there too, in any version.
 *
 * @param {LockedPackages} locked
 * @param {LockedPackages} installed
 * @param {PackageSet} set
 */
export function isInstalled(locked, installed, set) {
  return Object.entries(locked).every(([path, entry]) => {
    if (set === 'production' && entry.dev) return true
    const version = installed[path]?.version
    return version === undefined ? mayBeMissing(entry, set) : version === entry.version
  })
}

/**
 * Optional packages are there only on the platforms they are for.
 *
 * @param {LockedPackage} entry
 * @param {PackageSet} set
 */
function mayBeMissing(entry, set) {
  return entry.optional === true || (set === 'production' && entry.devOptional === true)
}

/** @param {LockedPackages} installed */
export function holdsTestPackages(installed) {
  return Object.values(installed).some((entry) => entry.dev)
}

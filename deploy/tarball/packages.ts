import { type LockedPackages, lockedPackages } from '#node-host/launch/lockfile.mjs'

export const ARCHITECTURES = ['x64', 'arm64'] as const
export type Architecture = (typeof ARCHITECTURES)[number]

/** The package that holds Node for an architecture: the box that Snug runs on then needs none. */
export function nodePackage(architecture: Architecture): string {
  return `node-linux-${architecture}`
}

/** Packages by their path in node_modules, and all that they depend on; those for an architecture, where one is named. */
export function packagesBelow(names: readonly string[], architecture?: Architecture): LockedPackages {
  const locked = lockedPackages()
  const found: LockedPackages = {}
  const wanted = [...names]
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const path = `node_modules/${name}`
    const entry = locked[path]
    if (!entry || found[path] || (architecture && !isFor(entry, architecture))) continue
    found[path] = entry
    wanted.push(...Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }))
  }
  return found
}

function isFor({ os, cpu }: LockedPackages[string], architecture: Architecture): boolean {
  return (os?.includes('linux') ?? true) && (cpu?.includes(architecture) ?? true)
}

import { expect, test } from 'vitest'
import { manifest, projectFiles, read } from './files.ts'

const { dependencies, devDependencies, optionalDependencies, scripts } = manifest()
const ALL = { ...dependencies, ...devDependencies, ...optionalDependencies }

/** Programs whose command has another name than their package. */
const COMMANDS: Record<string, string> = {
  '@biomejs/biome': 'biome',
  'dependency-cruiser': 'depcruise',
  typescript: 'tsc',
}

/** Why: two installations a month apart must run the same code. */
test('every version is exact', () => {
  const loose = Object.entries(ALL).filter(
    ([, version]) => !/^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  )
  expect(loose).toEqual([])
})

/** Why: each package is code of strangers that runs with all rights; someone must have said why it is here. */
test('docs/dependencies.md lists each package once, with its licence', () => {
  const rows = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)]
  const listed = Object.fromEntries(rows.map(([, name, licence]) => [name, licence?.trim()]))
  expect(rows.length).toBe(Object.keys(listed).length)
  expect(listed).toEqual(Object.fromEntries(Object.keys(ALL).map((name) => [name, licenceOf(name)])))
})

/** Why: a package that is only installed is risk without use. */
test('every package is imported, named in a setting or run by a script', () => {
  const texts = projectFiles(/\.(ts|tsx|mjs)$|tsconfig[\w.]*\.json$/).map(read)
  const uses = [...texts, ...Object.values(scripts)].join('\n')
  const unused = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !isUsed(name, uses))
  expect(unused).toEqual([])
})

/** Why: who installs from a mirror, or from a cache without a network, needs no other host. */
test('the lockfile names no host', () => {
  expect(read('package-lock.json')).not.toMatch(/https?:\/\/[^"]*\.tgz/)
})

/** Types count as used with what they describe. */
function isUsed(name: string, uses: string): boolean {
  const imported = name.replace('@types/', '')
  return new RegExp(`['"]${imported}(/[^'"]*)?['"]|(^|[ /])${COMMANDS[name] ?? name} `, 'm').test(uses)
}

function licenceOf(name: string): string {
  const lock: { packages: Record<string, { license?: string }> } = JSON.parse(read('package-lock.json'))
  return lock.packages[`node_modules/${name}`]?.license ?? 'unknown'
}

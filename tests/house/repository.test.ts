import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { filesOfProject } from './compile.ts'
import { projectFiles, ROOT, read, topFolders } from './files.ts'
import { OTHER_FOLDERS, ZONE_NAMES } from './zones.ts'

const CODE = /\.(ts|tsx|mjs|cjs|css)$/
const TYPED = /\.(ts|tsx)$/
const MAX_LINES = 300

/** Why: a file that does not fit on a few screens holds more than one thing. */
test(`no file of code is longer than ${MAX_LINES} lines`, () => {
  const long = projectFiles(CODE).filter((path) => read(path).split('\n').length - 1 > MAX_LINES)
  expect(long).toEqual([])
})

/** Why: the folders are the architecture; a new one is a decision, and is written down as one first. */
test('the top level holds the zones and nothing unexpected', () => {
  const expected = [...ZONE_NAMES, ...OTHER_FOLDERS]
  expect(topFolders().filter((folder) => !expected.includes(folder))).toEqual([])
})

/** Why: a file outside every project is checked by nobody, and its imports break in silence. */
test('every TypeScript file belongs to a project that the type check builds', () => {
  const root: { references: { path: string }[] } = JSON.parse(read('tsconfig.json'))
  const configs = root.references.map(({ path }) => (path.endsWith('.json') ? path : `${path}/tsconfig.json`))
  const checked = new Set(configs.flatMap(filesOfProject).map((path) => resolve(path)))
  expect(projectFiles(TYPED).filter((path) => !checked.has(resolve(ROOT, path)))).toEqual([])
})

/** Why: what names one machine works on that machine alone, and tells strangers about it. */
test('no file names a folder of a machine or the host of a package registry', () => {
  const telling = new RegExp(
    ['/wo' + 'rk/', '/ho' + 'me/', '/Us' + 'ers/', '/ro' + 'ot/', 'registry\\.(npm' + 'js|yarn' + 'pkg)'].join('|'),
  )
  expect(projectFiles().filter((path) => !isBinary(path) && telling.test(read(path)))).toEqual([])
})

/** Why: what is to be done stands in the roadmap, where it is seen. */
test('no file puts work off in a comment', () => {
  const marker = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`)
  expect(projectFiles(CODE).filter((path) => marker.test(read(path)))).toEqual([])
})

/** Why: a page that leads nowhere ends the visit. */
test('every link between files of the project leads to one', () => {
  const links = projectFiles(/\.md$/).flatMap((page) =>
    [...read(page).matchAll(/\]\((?!\w+:|#)([^)#\s]+)[^)]*\)/g)].map(([, target]) => join(dirname(page), target ?? '')),
  )
  expect(links.filter((target) => !existsSync(join(ROOT, target)))).toEqual([])
})

/** Why: a test that waits for time to pass is slow on every machine and wrong on a busy one. A virtual clock may sleep. */
test('no test sleeps', () => {
  const sleep = /waitForTimeout\(|await sleep\(|setTimeout\b.*timers\/promises|setTimeout\(\s*(resolve|done|r)\b/
  const here = 'tests/house/repository.test.ts'
  const tests = projectFiles(TYPED).filter((path) => path !== here && /^tests\/|\.test\.tsx?$/.test(path))
  expect(tests.filter((path) => sleep.test(read(path)))).toEqual([])
})

function isBinary(path: string): boolean {
  return /\.(png|jpg|ico|woff2|webp|wasm)$/.test(path)
}

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ROOT } from './files.ts'

const PLANTED: Record<string, [path: string, text: string]> = {
  noDefaultExport: ['durable/default.ts', 'export default 1\n'],
  noExplicitAny: ['durable/any.ts', 'export const x: any = 1\n'],
  noFloatingPromises: ['durable/floating.ts', 'async function f() {}\nexport function g() {\n  f()\n}\n'],
  noRestrictedGlobals: ['durable/now.ts', 'export const now = Date.now()\n'],
  noJsRestrictedProperties: ['durable/chance.ts', 'export const chance = Math.random()\n'],
  noNonNullAssertion: ['client/assertion.ts', 'export const f = (x?: number) => x!\n'],
  noTsIgnore: ['client/ignore.ts', '// @ts-ignore\nexport const x: string = 1\n'],
  noConsole: ['node-host/console.ts', "console.log('planted')\n"],
  useImportExtensions: ['protocol/extension.ts', "export { x } from './target'\n"],
  useFilenamingConvention: ['protocol/fileName.ts', 'export const x = 1\n'],
  noSkippedTests: ['protocol/skipped.test.ts', "import { test } from 'vitest'\ntest.skip('x', () => {})\n"],
  noFocusedTests: ['protocol/focused.test.ts', "import { test } from 'vitest'\ntest.only('x', () => {})\n"],
}

const garden = mkdtempSync(join(tmpdir(), 'snug-lint-'))
afterAll(() => rmSync(garden, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(garden, path)), { recursive: true })
  writeFileSync(join(garden, path), text)
}

type Report = { readonly diagnostics: readonly { readonly category: string; readonly location: { path: string } }[] }

/** What the linter has against the garden: `path rule`. */
function complaints(): string[] {
  const command = join(ROOT, 'node_modules', '.bin', 'biome')
  const { stdout } = spawnSync(command, ['lint', '--reporter=json', '.'], { cwd: garden, encoding: 'utf8' })
  const { diagnostics }: Report = JSON.parse(stdout)
  return diagnostics.map(({ category, location }) => `${location.path} ${category.split('/').at(-1)}`)
}

test('the linter refuses what is planted against its rules, and only that', () => {
  for (const file of ['biome.jsonc', '.gitignore']) cpSync(join(ROOT, file), join(garden, file))
  write('protocol/target.ts', 'export const x = 1\n')
  for (const [path, text] of Object.values(PLANTED)) write(path, text)
  const expected = Object.entries(PLANTED).map(([rule, [path]]) => `${path} ${rule}`)
  expect(complaints().sort()).toEqual(expected.sort())
})

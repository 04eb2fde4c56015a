import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { run } from './commands.ts'
import { ROOT } from './files.ts'

const folder = mkdtempSync(join(tmpdir(), 'snug-closing-'))
afterAll(() => rmSync(folder, { recursive: true }))

const IMPORT = "import { beforeAll, expect, test } from 'vitest'\n"
const FILES = {
  'mixed.test.ts': `${IMPORT}test('a', () => {})\ntest('b', () => {})\ntest('c', () => expect(1).toBe(2))\n`,
  'unloadable.test.ts': `${IMPORT}import './missing.ts'\ntest('never collected', () => {})\n`,
  'unhandled.test.ts': `${IMPORT}test('d', () => { Promise.reject(new Error('planted')) })\n`,
}

test('the closing line counts what passed, what failed and what never came to run', async () => {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
  const reporter = join(ROOT, 'tests', 'launch', 'reporter.ts')
  const { code } = await run(folder, join(ROOT, 'node_modules', '.bin', 'vitest'), ['run', `--reporter=${reporter}`], {
    PATH: process.env.PATH,
  })
  expect(code).toBe(1)
  expect(readFileSync(join(folder, '.cache', 'closing-line.txt'), 'utf8')).toBe('3 passed, 3 failed\n')
})

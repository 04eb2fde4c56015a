import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { archive } from './archive.ts'

const folder = mkdtempSync(join(tmpdir(), 'snug-archive-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Why: whoever doubts a release makes it again and compares. */
test('the same files give the same bytes, in whatever order and wherever they are written', async () => {
  vi.stubEnv('SOURCE_DATE_EPOCH', '1700000000')
  onTestFinished(() => void vi.unstubAllEnvs())
  const [one, two] = [{ text: 'one' }, { text: 'two', isProgram: true as const }]
  const first = await archive({ 'a/one': one, two }, 'name', join(folder, 'first'))
  const second = await archive({ two, 'a/one': one }, 'name', join(folder, 'second'))
  expect(readFileSync(second)).toEqual(readFileSync(first))
})

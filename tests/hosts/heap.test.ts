import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../house/files.ts'
import { runProgram } from '../support/run-program.ts'

test('a host that has gone quiet gives its memory back: V8 alone would keep it for minutes', async () => {
  const { code, errors } = await runProgram(join(ROOT, 'tests/support/heap-program.ts'), [])
  expect([code, errors]).toEqual([0, ''])
})

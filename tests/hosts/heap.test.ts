import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../house/files.ts'
import { runProgram } from '../support/run-program.ts'

/** How often all of the heap was collected, after it had been full and had shrunk. */
async function collectionsOf(...args: string[]): Promise<number> {
  const { code, out, errors } = await runProgram(join(ROOT, 'tests/support/heap-program.ts'), args)
  expect([code, errors]).toEqual([0, ''])
  return Number(out)
}

test('a host that has gone quiet gives its memory back, and is then given room to work in', async () => {
  const [withRoom, without] = await Promise.all([collectionsOf(), collectionsOf('without-room')])
  expect(withRoom).toBeGreaterThan(0)
  expect(withRoom).toBeLessThan((2 / 3) * without)
})

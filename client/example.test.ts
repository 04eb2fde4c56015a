import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { NodeHostProcess } from '#tests/support/node-host.ts'

const EXAMPLE = new URL('example.ts', import.meta.url).pathname

test('the example of the SDK does what it says', async () => {
  const host = await NodeHostProcess.start()
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [EXAMPLE, host.invitation ?? ''])
    expect(stdout).toBe('2: Hello from the SDK\n')
    expect(stderr).toBe('')
  } finally {
    await host.dispose()
  }
})

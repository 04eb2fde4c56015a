import { fileURLToPath } from 'node:url'
import { logContract } from '#tests/contracts/log.ts'
import { runProgram } from '#tests/support/run-program.ts'

const PROGRAM = fileURLToPath(new URL('../tests/support/log-program.ts', import.meta.url))

logContract('node-host', {
  levels: { info: 30, warn: 40, error: 50 },
  async read() {
    const { out } = await runProgram(PROGRAM, [])
    return out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  },
})

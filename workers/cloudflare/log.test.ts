import { expect, vi } from 'vitest'
import { logContract } from '#tests/contracts/log.ts'
import { probesOnWorkerd } from '#tests/support/probes/workerd.ts'

logContract('Durable Objects', {
  levels: { info: 'info', warn: 'warn', error: 'error' },
  async read() {
    const host = await probesOnWorkerd()
    try {
      await host.call({ kind: 'user', id: 'logger' }, 'log', [])
      // What an object logs reaches the test beside what it answers.
      await vi.waitFor(() => expect(host.logged('"msg":"the last"')).toHaveLength(1), { timeout: 20_000 })
      return host.logged('"msg":').map((line) => JSON.parse(line))
    } finally {
      await host.close()
    }
  },
})

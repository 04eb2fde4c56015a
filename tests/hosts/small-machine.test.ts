import { expect, test } from 'vitest'
import { count } from '../support/counts.ts'
import { Crowd } from '../support/crowd.ts'
import { type HostName, startHost } from '../support/hosts.ts'
import { limitMemory } from '../support/memory-limit.ts'
import { memoryOf } from '../support/memory-of.ts'
import { inviteRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { unbounded } from '../support/unbounded.ts'

const LIMIT_MIB = 512
const USERS = 50
/** Passwords that are checked at once: nothing else takes so much memory for a moment. */
const PASSWORDS = 8
const MESSAGES_EACH = count(10, 200)
const TEXT_BYTES = 4_096
const WARN = 40
const LONG_MS = count(120_000, 1_800_000)

test.for<HostName>(['node-host', 'standalone workerd'])(
  `I1: ${USERS} users talk at %s, which has ${LIMIT_MIB} MiB in all: it is not killed, and nothing is lost`,
  { timeout: LONG_MS },
  async (name, { annotate }) => {
    const limit = await limitMemory(LIMIT_MIB)
    const host = await startHost(name, unbounded(name), limit.under)
    try {
      const crowd = await Crowd.gather(host, USERS)
      const invitation = await inviteRaw(host.socketUrl, { token: crowd.ownerToken }, PASSWORDS)
      await crowd.come()
      const stopped = await RawClient.enter(host.socketUrl, crowd.ownerToken)
      stopped.say({ type: 'sync', id: 1, rooms: [] })
      await stopped.hears('heads', ({ last }) => last !== undefined)
      stopped.stopReading()

      const people = Array.from({ length: PASSWORDS }, (_, i) =>
        registerRaw(host.socketUrl, invitation, `newcomer-${i}`),
      )
      await Promise.all([...people, ...crowd.listeners.map((listener, i) => talk(listener, i))])
      const last = await crowd.post(1)
      await crowd.hold(last)

      const expected = crowd.listeners.flatMap((_, i) => Array.from({ length: MESSAGES_EACH }, (__, n) => textOf(i, n)))
      for (const { texts } of crowd.listeners) expect(texts.toSorted()).toEqual([...expected, ...crowd.said].toSorted())
      const lagging = stopped.hears('lagging')
      stopped.readOn()
      await lagging
      const peak = await limit.peakMib(host)
      await annotate(
        `at most ${peak.toFixed(0)} MiB with files, by ${limit.by}; of its own ${(await memoryOf(host)).toFixed(0)}`,
      )
      expect(peak).toBeLessThanOrEqual(LIMIT_MIB)
      expect(await limit.kills()).toBe(0)
      expect(host.logs.filter(({ level }) => level >= WARN)).toEqual([])
    } finally {
      await host.dispose()
      await limit.lift()
    }
  },
)

async function talk(listener: Crowd['listeners'][number], who: number): Promise<void> {
  for (let n = 0; n < MESSAGES_EACH; n++) await listener.say(textOf(who, n))
}

function textOf(who: number, n: number): string {
  return `${who} ${n} `.padEnd(TEXT_BYTES, 'x')
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { count } from '../support/counts.ts'
import { Crowd } from '../support/crowd.ts'
import type { HostProcess } from '../support/host-process.ts'
import { type HostName, startHost } from '../support/hosts.ts'
import { memoryOf } from '../support/memory-of.ts'
import { Pair } from '../support/pair.ts'
import { unbounded } from '../support/unbounded.ts'

type Size = {
  /** With the one who writes as many as a room may have. */
  readonly members: number
  readonly reconnecting: number
  /**
   * What a connected member may cost at most, all in all, when everybody has just come back at once. On workerd it is an
   * object for each user, with a database of its own.
   */
  readonly mostKibEach: number
}

const SMALL = { members: 299, reconnecting: 200 }
const LARGE = { members: 4_999, reconnecting: 2_000 }
const SIZES: Partial<Record<HostName, Size>> = {
  'node-host': { ...count(SMALL, LARGE), mostKibEach: 128 },
  'standalone workerd': { ...count(SMALL, LARGE), mostKibEach: 768 },
}
const MESSAGES = 20
const ROUNDS = 2
/** Messages of two others, each after the one before it, before a crowd has come. */
const SERVED = 3
const WARN = 40
const KIB_IN_MIB = 1024
const LONG_MS = count(120_000, 1_800_000)

describe.for(Object.entries(SIZES) as [HostName, Size][])('a crowd at %s', ([name, size]) => {
  const { members, reconnecting, mostKibEach } = size
  let host: HostProcess
  let crowd: Crowd
  let pair: Pair
  let beforeMib: number

  beforeAll(async () => {
    host = await startHost(name, unbounded(name))
    crowd = await Crowd.gather(host, members)
    pair = await Pair.enter(host.socketUrl, crowd.ownerToken)
    beforeMib = await memoryOf(host)
  }, LONG_MS)

  afterAll(() => host.dispose())

  test(`F1, L1: in a room of ${members + 1} everybody who is connected gets what one writes, once`, {
    timeout: LONG_MS,
  }, async () => {
    expect(await pair.talkWhile(crowd.come())).toBeGreaterThan(SERVED)
    const posted = crowd.post(MESSAGES).then((place) => crowd.hold(place))
    await pair.talkWhile(posted)
    for (const { texts } of crowd.listeners) expect(texts).toEqual(crowd.said)
  })

  test(`C1: ${reconnecting} who are cut off at once come back at once, with what they missed; others are served`, {
    timeout: LONG_MS,
  }, async ({ annotate }) => {
    const lost = crowd.listeners.slice(0, reconnecting)
    for (let round = 0; round < ROUNDS; round++) {
      for (const listener of lost) listener.drop()
      await crowd.post(MESSAGES)
      const back = Promise.all(lost.map((listener) => listener.come()))
      expect(await pair.talkWhile(back)).toBeGreaterThan(SERVED)
      await crowd.hold(await crowd.post(1))
    }
    for (const { texts } of crowd.listeners) expect(texts).toEqual(crowd.said)
    const eachKib = (((await memoryOf(host)) - beforeMib) * KIB_IN_MIB) / members
    await annotate(`${eachKib.toFixed(0)} KiB for each connection, ${beforeMib.toFixed(0)} MiB before they came`)
    expect(eachKib).toBeLessThanOrEqual(mostKibEach)
  })

  test('nothing went wrong there', () => {
    expect(host.logs.filter(({ level }) => level >= WARN)).toEqual([])
    expect(host.errors).toBe('')
  })
})

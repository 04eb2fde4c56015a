import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { count } from '../support/counts.ts'
import { Crowd } from '../support/crowd.ts'
import type { HostProcess } from '../support/host-process.ts'
import { type HostName, startHost } from '../support/hosts.ts'
import { memoryOf } from '../support/memory-of.ts'
import { Pair } from '../support/pair.ts'
import { unbounded } from '../support/unbounded.ts'

/** With the one who writes as many as a room may have. */
const MEMBERS = count(299, 4_999)
const RECONNECTING = count(200, 2_000)
const MESSAGES = 20
const ROUNDS = 2
const WARN = 40
const KIB_IN_MIB = 1024
const LONG_MS = count(120_000, 1_800_000)

/**
 * What a connected member may cost at most, all in all, when everybody has just come back at once. On workerd it is an
 * object for each user, with a database of its own.
 */
const MOST_KIB_EACH: Partial<Record<HostName, number>> = { 'node-host': 128, 'standalone workerd': 768 }

describe.for(Object.entries(MOST_KIB_EACH) as [HostName, number][])('a crowd at %s', ([name, mostKibEach]) => {
  let host: HostProcess
  let crowd: Crowd
  let pair: Pair
  let beforeMib: number

  beforeAll(async () => {
    host = await startHost(name, unbounded(name))
    crowd = await Crowd.gather(host, MEMBERS)
    pair = await Pair.enter(host.socketUrl, crowd.ownerToken)
    beforeMib = await memoryOf(host)
  }, LONG_MS)

  afterAll(() => host.dispose())

  test(`F1, L1: in a room of ${MEMBERS + 1} everybody who is connected gets what one writes, once`, {
    timeout: LONG_MS,
  }, async () => {
    expect(await pair.talkWhile(crowd.come())).toBeGreaterThan(MESSAGES)
    const posted = crowd.post(MESSAGES).then((place) => crowd.hold(place))
    expect(await pair.talkWhile(posted)).toBeGreaterThan(0)
    for (const { texts } of crowd.listeners) expect(texts).toEqual(crowd.said)
  })

  test(`C1: ${RECONNECTING} who are cut off at once come back at once, with what they missed; others are served`, {
    timeout: LONG_MS,
  }, async ({ annotate }) => {
    const lost = crowd.listeners.slice(0, RECONNECTING)
    for (let round = 0; round < ROUNDS; round++) {
      for (const listener of lost) listener.drop()
      await crowd.post(MESSAGES)
      const back = Promise.all(lost.map((listener) => listener.come()))
      expect(await pair.talkWhile(back)).toBeGreaterThan(MESSAGES)
      await crowd.hold(await crowd.post(1))
    }
    for (const { texts } of crowd.listeners) expect(texts).toEqual(crowd.said)
    const eachKib = (((await memoryOf(host)) - beforeMib) * KIB_IN_MIB) / MEMBERS
    await annotate(`${eachKib.toFixed(0)} KiB for each connection, ${beforeMib.toFixed(0)} MiB before they came`)
    expect(eachKib).toBeLessThanOrEqual(mostKibEach)
  })

  test('nothing went wrong there', () => {
    expect(host.logs.filter(({ level }) => level >= WARN)).toEqual([])
    expect(host.errors).toBe('')
  })
})

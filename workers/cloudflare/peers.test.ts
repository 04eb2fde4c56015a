import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Probes } from '#tests/support/workerd-probe.ts'
import { CALLS_OF_AN_EVENT } from './allowance.ts'

const MANY = 2 * CALLS_OF_AN_EVENT + 1
let probes: Probes

beforeAll(async () => {
  probes = await Probes.start()
})
afterAll(() => probes.dispose())

const RETRY = { refused: { kind: 'retry', reason: 'the call may or may not have been carried out' } }

describe('calls between objects', () => {
  test('calls that are not awaited arrive in their order, also more than one event allows', async () => {
    await probes.call('teller', 'tell', 'listener', MANY)
    const expected = Array.from({ length: MANY }, (_, i) => String(i))
    expect(await probes.call('listener', 'notes')).toEqual({ ok: expected })
  })

  test('a call that throws answers retry, and says nothing about the cause but in the log', async () => {
    expect(await probes.call('asker', 'ask', 'thrower', 'fail')).toEqual({ ok: RETRY })
    expect(probes.logged('a call to an actor failed')).toEqual([
      expect.stringContaining('a probe fails as it was asked to'),
    ])
  })

  test('T3: a failed commit ends the instance; the next call finds what was stored before, and nothing of that turn', async () => {
    await probes.call('breaker', 'note', 'kept')
    expect(await probes.call('asker', 'ask', 'breaker', 'failCommit')).toEqual({ ok: RETRY })
    expect(await probes.call('breaker', 'notes')).toEqual({ ok: ['kept'] })
    expect(await probes.call('asker', 'tell', 'breaker', 1)).toEqual({ ok: [{ ok: null }] })
    await probes.restart()
    expect(await probes.call('breaker', 'notes')).toEqual({ ok: ['kept', '0'] })
  })
})

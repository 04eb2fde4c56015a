import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Probes } from '#tests/support/workerd-probe.ts'

let probes: Probes

beforeAll(async () => {
  probes = await Probes.start()
})
afterAll(() => probes.dispose())

const HOUR_MS = 60 * 60_000

describe('alarms of objects', () => {
  test('T5: what is planned is done when it is due, after a restart too, and then no alarm is left', async () => {
    await probes.call('punctual', 'plan', Date.now() + 500, false)
    await probes.restart()
    await probes.call('punctual', 'rung')
    expect(await probes.call('punctual', 'notes')).toEqual({ ok: ['rung'] })
    expect(await probes.alarm('punctual')).toBeNull()
  })

  test('a waking that fails is logged, and tried again later', async () => {
    const before = Date.now()
    await probes.call('failing', 'plan', before, true)
    await probes.call('failing', 'rung')
    expect(await probes.alarm('failing')).toBeGreaterThan(before + 1000)
    expect(probes.logged('an actor could not do what its alarm was for')).toEqual([
      expect.stringContaining('a probe fails as it was asked to'),
    ])
  })

  test('an alarm that rings early is set again for its time', async () => {
    const at = Date.now() + HOUR_MS
    await probes.call('early', 'plan', at, false)
    expect(await probes.ringNow('early')).toBe(at)
    expect(await probes.call('early', 'notes')).toEqual({ ok: [] })
  })

  test('an alarm that rings without need is not set again', async () => {
    expect(await probes.ringNow('idle')).toBeNull()
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alarmsContract } from '#tests/contracts/alarms.ts'
import { probesOnWorkerd } from '#tests/support/probes/workerd.ts'
import { Planners } from '#tests/support/workerd-planners.ts'

alarmsContract('Durable Objects', probesOnWorkerd)

const HOUR_MS = 60 * 60_000

describe('alarms of objects that ring at the wrong time', () => {
  let planners: Planners
  beforeAll(async () => {
    planners = await Planners.start()
  })
  afterAll(() => planners.dispose())

  test('one that rings early is set again for its time', async () => {
    const at = Date.now() + HOUR_MS
    await planners.call('early', 'plan', at)
    expect(await planners.ringNow('early')).toBe(at)
    expect(await planners.call('early', 'rung')).toEqual({ ok: 0 })
  })

  test('one that rings without need is not set again', async () => {
    expect(await planners.ringNow('idle')).toBeNull()
  })
})

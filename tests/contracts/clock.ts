import { describe, expect, test } from 'vitest'
import { Given, type MakeProbeHost } from './probe-host.ts'

const YEAR_2020_MS = Date.UTC(2020)

/** Registers the suite of the Clock port for one host. */
export function clockContract(name: string, makeHost: MakeProbeHost): void {
  describe(`clock: ${name}`, () => {
    const given = new Given(makeHost)
    const now = () => given.answer<number>(given.near, 'now')

    test('it says the time of the host, in whole ms since 1970', async () => {
      const before = given.host.now()
      const time = await now()
      expect(Number.isInteger(time)).toBe(true)
      expect(time).toBeGreaterThan(YEAR_2020_MS)
      // A host may let time stand still while it handles one event.
      expect(time).toBeGreaterThanOrEqual(before - 1)
      expect(time).toBeLessThanOrEqual(given.host.now())
    })

    test('it goes on from one call to the next, the same for all actors', async () => {
      const first = await now()
      await given.answer(given.far, 'plan', first + 20)
      await given.answer(given.far, 'rung', 1)
      expect(await now()).toBeGreaterThanOrEqual(first + 20)
    })
  })
}

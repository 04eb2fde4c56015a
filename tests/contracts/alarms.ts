import { describe, expect, test } from 'vitest'
import { FAULT, type To } from '#tests/support/workerd/probe.ts'
import { Given, type MakeProbeHost } from './probe-host.ts'

/** Soon enough for a test to wait for, and far enough away to be replaced before. */
const SOON_MS = 1_000
const HOUR_MS = 60 * 60_000

type Rung = { readonly at: readonly number[]; readonly atOnce: number }

/**
 * Registers what every host does about `wakeAt`, for one of them. The actors set the next alarm, or none, whenever they
 * are woken: some hosts forget one that has rung.
 */
export function alarmsContract(name: string, makeHost: MakeProbeHost): void {
  describe(`alarms: ${name}`, () => {
    const given = new Given(makeHost)
    const rung = async (actor: To, count = 1) => (await given.answer<Rung>(actor, 'rung', count)).at
    const soon = () => given.host.now() + SOON_MS
    /** An actor whose alarm is a little later than all those that must not have rung by now. */
    const whenTheyWouldHaveRung = async (afterMs = 1.5 * SOON_MS) => {
      const last = given.actor('the-last')
      await given.answer(last, 'plan', given.host.now() + afterMs)
      await rung(last)
    }

    test('an alarm rings at its time or later, and finds what was committed with it', async () => {
      const at = soon()
      await given.answer(given.near, 'plan', at)
      expect(await rung(given.near)).toEqual([expect.toSatisfy((time) => time >= at)])
      expect(await given.answer(given.near, 'notes')).toEqual([`planned ${at}`])
    })

    test('an alarm in the past rings at once', async () => {
      await Promise.all([given.answer(given.near, 'plan', 1), given.answer(given.far, 'plan', given.host.now())])
      expect([await rung(given.near), await rung(given.far)]).toEqual([[expect.any(Number)], [expect.any(Number)]])
    })

    test('every actor has its own', async () => {
      const start = given.host.now()
      const planned = Array.from({ length: 10 }, (_, i) => ({
        actor: given.actor(`${i % 2 === 0 ? 'near' : 'far'}-${i}`),
        at: start + ((i * 7) % 10) * 50,
      }))
      await Promise.all(planned.map(({ actor, at }) => given.answer(actor, 'plan', at)))
      const times = await Promise.all(planned.map(({ actor }) => rung(actor)))
      expect(times.map((each) => each.length)).toEqual(planned.map(() => 1))
      expect(times.filter(([at = 0], i) => at < (planned[i]?.at ?? 0))).toEqual([])
    })

    test('a later commit moves it on, or brings it forward', async () => {
      const [early, late] = [soon(), soon() + SOON_MS]
      await given.answer(given.near, 'planEach', early, late)
      await given.answer(given.far, 'planEach', early + HOUR_MS, early)
      expect(await rung(given.far)).toEqual([expect.toSatisfy((at) => at >= early && at < early + HOUR_MS)])
      expect(await rung(given.near)).toEqual([expect.toSatisfy((at) => at >= late)])
    })

    test('null clears it, and a commit that says nothing of it leaves it', async () => {
      const at = soon()
      await given.answer(given.near, 'planEach', at, null)
      await given.answer(given.far, 'plan', at)
      await given.answer(given.far, 'note', 'nothing of it')
      await whenTheyWouldHaveRung()
      expect(await rung(given.near, 0)).toEqual([])
      expect(await rung(given.far)).toHaveLength(1)
    })

    test('a commit that fails sets none, and leaves the one before', async () => {
      const at = soon()
      await given.answer(given.far, 'plan', at)
      const vain = await Promise.all([given.near, given.far].map((actor) => given.call(actor, 'planInVain', at - 900)))
      expect(vain).toMatchObject([{ refused: { kind: 'retry' } }, { refused: { kind: 'retry' } }])
      await whenTheyWouldHaveRung()
      expect(await rung(given.near, 0)).toEqual([])
      expect(await rung(given.far)).toEqual([expect.toSatisfy((time) => time >= at)])
    })

    test('alarms outlive the process: those that came due meanwhile ring, none twice, and cleared ones never', async () => {
      const start = given.host.now()
      const times = [0, 100, 200, 400, 800, 1600].map((ms) => start + ms)
      const actors = times.map((_, i) => given.actor(`${i % 2 === 0 ? 'near' : 'far'}-${i}`))
      await Promise.all(actors.map((actor, i) => given.answer(actor, 'plan', times[i])))
      await given.answer(given.near, 'planEach', start + SOON_MS, null)
      await given.host.restart()
      const rungAt = await Promise.all(actors.map((actor) => rung(actor)))
      expect(rungAt.map((each) => each.length)).toEqual(times.map(() => 1))
      expect(rungAt.filter(([at = 0], i) => at < (times[i] ?? 0))).toEqual([])
      await given.host.restart()
      await whenTheyWouldHaveRung()
      expect(await Promise.all(actors.map((actor) => rung(actor)))).toEqual(rungAt)
      expect(await rung(given.near, 0)).toEqual([])
    })

    test('an actor that is woken may set the next one', async () => {
      await given.answer(given.near, 'plan', given.host.now(), 50, 50, 50)
      const [a = 0, b = 0, c = 0, d = 0] = await rung(given.near, 4)
      expect([b - a, c - b, d - c].filter((ms) => ms < 50)).toEqual([])
    })

    test('a waking that throws, or leaves its alarm where it is, is tried again; what was thrown is logged', async () => {
      const before = given.host.logged(FAULT).length
      await given.answer(given.near, 'plan', given.host.now(), 'throw')
      await given.answer(given.far, 'plan', given.host.now(), 'stay')
      expect(await rung(given.near)).toHaveLength(1)
      expect(await rung(given.far)).toHaveLength(1)
      await expect.poll(() => given.host.logged(FAULT).length, { timeout: 20_000 }).toBeGreaterThan(before)
    })

    test('an actor is not woken while it is being woken, but afterwards', async () => {
      await given.answer(given.near, 'plan', given.host.now(), 'wait')
      await rung(given.near)
      await given.answer(given.near, 'plan', given.host.now())
      await whenTheyWouldHaveRung(200)
      expect(await rung(given.near, 1)).toHaveLength(1)
      await given.answer(given.near, 'release')
      expect(await given.answer(given.near, 'rung', 2)).toMatchObject({ atOnce: 1 })
    })
  })
}

import { describe, expect, test } from 'vitest'
import { Given, type MakeProbeHost } from './probe-host.ts'

/** Registers the suite of the Random port for one host. That nobody can guess the bytes no test can show. */
export function randomContract(name: string, makeHost: MakeProbeHost): void {
  describe(`random: ${name}`, () => {
    const given = new Given(makeHost)
    const random = (length: number, count: number) => given.answer<Uint8Array[]>(given.near, 'random', length, count)

    test.each([0, 1, 9, 16, 32, 65_536])('it gives %d bytes when asked for so many', async (length) => {
      const [bytes] = await random(length, 1)
      expect(bytes).toBeInstanceOf(Uint8Array)
      expect(bytes).toHaveLength(length)
    })

    test('no two of 2,000 ids are alike, and none changes when others are made, nor after a restart', async () => {
      const ids = (await random(16, 1000)).map(String)
      await given.host.restart()
      ids.push(...(await random(16, 1000)).map(String))
      expect(new Set(ids).size).toBe(2000)
    })

    test('every byte comes up, about as often as every other', async () => {
      const [bytes = new Uint8Array()] = await random(65_536, 1)
      const counts = new Array<number>(256).fill(0)
      for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1
      // 256 each, give or take 16: ten times that has a chance of one in 10^20.
      expect(counts.filter((count) => count < 96 || count > 416)).toEqual([])
    })
  })
}

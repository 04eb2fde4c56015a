import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RoomId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import { SeededRandom } from '../simulation/seeded-random.ts'
import type { HostProcess } from './host-process.ts'
import { type HostName, startHost } from './hosts.ts'
import { isText, keyOf, Load, readTimeline, type Sent, textOf } from './load.ts'
import { openGroupRaw, registerRaw } from './raw-account.ts'
import { RawClient } from './raw-client.ts'

const SENDERS = 4
const OUTSTANDING = 20
const AT_LEAST_IN_FLIGHT = 50
const UNBOUNDED = ['--messages-per-second', '1000000', '--message-burst', '1000000', '--request-burst', '100000']

export type Killing = {
  /** Flags for the host, asked for before it starts. */
  readonly args?: () => readonly string[]
  /** What else is killed, just before the host. */
  readonly before?: () => Promise<void>
  /** What brings it back. */
  readonly after?: () => Promise<void>
}

/** One test for each cycle: a load is cut off by SIGKILL, and what is found afterwards compared with what was said. */
export function killUnderLoad(name: HostName, cycles: number, { args, before, after }: Killing = {}): void {
  let host: HostProcess
  let token: string
  let rooms: RoomId[]
  const heads = new Map<RoomId, number>()

  beforeAll(async () => {
    host = await startHost(name, [...UNBOUNDED, ...(args?.() ?? [])])
    const account = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    token = account.token
    const client = await RawClient.enter(host.socketUrl, token)
    rooms = [await openGroupRaw(client), await openGroupRaw(client), await openGroupRaw(client)]
    for (const room of rooms) heads.set(room, 1)
    client.close()
  })

  afterAll(() => host.dispose())

  for (let seed = 1; seed <= cycles; seed++) {
    test(`I1, I2, I4, I5: seed ${seed}`, async () => {
      const enough = new SeededRandom(seed).int(40, 400)
      const load = new Load(rooms)
      await load.run(host.socketUrl, token, SENDERS, OUTSTANDING, enough)
      const struck = before?.()
      const ended = host.kill('SIGKILL')
      expect(load.unanswered.length).toBeGreaterThanOrEqual(AT_LEAST_IN_FLIGHT)
      await ended
      await struck
      await after?.()
      load.stop()
      await host.restart()

      check(load.sent, await readNew())
      await load.resend(host.socketUrl, token)
      const settled = await readNew()
      check(load.sent, settled)
      expect(settled.size).toBe(load.sent.length)
      advance(settled)
    })
  }

  /** What stands in the rooms since the last cycle, by message. */
  async function readNew(): Promise<Map<string, TimelineRecord & { room: RoomId }>> {
    const client = await RawClient.enter(host.socketUrl, token)
    const found = new Map<string, TimelineRecord & { room: RoomId }>()
    for (const room of rooms) {
      const after = heads.get(room) ?? 0
      const records = await readTimeline(client, room, after)
      const lastN = new Map<string, number>()
      for (const [i, record] of records.entries()) {
        expect(record.seq, 'I2: dense').toBe(after + 1 + i)
        if (!isText(record)) continue
        expect(found.has(keyOf({ ...record, room })), 'I5: once').toBe(false)
        expect(record.text).toBe(textOf(record))
        expect(record.n, 'I4: in its order').toBeGreaterThan(lastN.get(record.producer) ?? 0)
        lastN.set(record.producer, record.n)
        found.set(keyOf({ ...record, room }), { ...record, room })
      }
    }
    client.close()
    return found
  }

  function check(sent: readonly Sent[], found: ReadonlyMap<string, TimelineRecord>): void {
    for (const message of sent) {
      if (!message.stored) continue
      const record = found.get(keyOf(message))
      expect(record, 'I1: an acknowledged message is there').toBeDefined()
      if (message.seq !== undefined) expect(record?.seq, 'I1: at its place').toBe(message.seq)
    }
  }

  function advance(found: ReadonlyMap<string, TimelineRecord & { room: RoomId }>): void {
    for (const { room, seq } of found.values()) heads.set(room, Math.max(heads.get(room) ?? 0, seq))
  }
}

import { beforeEach, describe, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import type { RoomHead } from '#protocol/room-head.ts'
import { SeededRandom } from '#tests/simulation/seeded-random.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import { HandLink } from '#tests/support/hand-link.ts'
import { Snug } from './snug.ts'
import { memoryStore } from './stores/memory-store.ts'

const id = new Uint8Array(16).fill(1)
const user = makeId('user', id)
const device = makeId('device', id)
const token = `${user}.${device}.${'s'.repeat(43)}`
const peer = makeId('user', new Uint8Array(16).fill(2))
const room = makeId('direct', id)
const created = { v: 1, seq: 1, ord: 0, at: 1, by: peer, kind: 'created' } as const
const text = { v: 1, seq: 2, ord: 1, at: 2, by: peer, kind: 'text', producer: makeId('producer', id), n: 1 } as const
const place = { rev: 1, floor: 1, seq: 2, ord: 1, read: 1, unread: 1, received: 1 }
const others: RoomHead['others'] = [[peer, 2]]
const head: RoomHead = {
  room,
  kind: 'direct',
  peer,
  members: 2,
  ...place,
  others,
  records: [created, { ...text, text: 'x' }],
}

/** The test is the server. */
describe('signs', () => {
  let link: HandLink
  let clock: VirtualClock
  let snug: Snug

  beforeEach(async () => {
    const random = new SeededRandom(1)
    link = new HandLink()
    clock = new VirtualClock()
    const ports = { link, clock, random: (length: number) => random.bytes(length) }
    snug = new Snug({ url: 'ws://test/ws', store: memoryStore(), deviceName: 'test', ...ports })
    await snug.start()
  })

  async function connect(head: RoomHead, understands?: string[]): Promise<void> {
    link.open()
    const welcome = { type: 'welcome', version: 1, server: 'x', transport: 'https' } as const
    link.say({ ...welcome, ...(understands && { understands }) })
    const entered = snug.logIn({ handle: 'one', password: 'a long password' })
    await clock.advance(0)
    const account = { handle: 'one', name: 'One', role: 'owner' } as const
    link.say({ type: 'session', re: link.last('log-in').id, user, device, ...account, token })
    await clock.advance(0)
    link.say(
      { type: 'ready', re: link.last('sync').id, inbox: 0, rooms: [room] },
      { type: 'heads', heads: [head], last: 'complete' },
    )
    await entered
  }

  const marks = () => link.said.filter(({ type }) => type === 'mark-received')

  test('S2: what is here and not read is said to be received, until the server has heard it', async () => {
    await connect(head)
    await clock.advance(1_500)
    expect(marks()).toEqual([{ type: 'mark-received', room, seq: 2 }])
    link.say({ type: 'received', room, user, seq: 2 })
    await clock.advance(60_000)
    expect(marks()).toHaveLength(1)
  })

  test('S2: what the server knows to be here is not said again, nor what was read on another device', async () => {
    await connect({ ...head, ownReceived: 2 })
    await clock.advance(30_000)
    expect(marks()).toEqual([])
    link.say({ type: 'delivery', room, from: 3, to: 3, records: [{ ...text, seq: 3, ord: 2, n: 2, text: 'y' }] })
    link.say({ type: 'read', room, user, seq: 3, ord: 2 })
    await clock.advance(30_000)
    expect(marks()).toEqual([])
  })

  test('S2: what the other has read is received, and nothing beyond the head is', async () => {
    await connect({ ...head, received: 1 })
    expect(snug.rooms.get(room)?.received).toBe(2)
    link.say(
      { type: 'received', room, user: peer, seq: 3 },
      { type: 'heads', heads: [{ ...head, rev: 2, received: 1 }] },
    )
    await clock.advance(0)
    expect(snug.rooms.get(room)?.received).toBe(2)
  })

  test('S2: a server that does not know of this is not told, not even once', async () => {
    await connect(head, ['log-in', 'sync', 'ping', 'mark-read'])
    await clock.advance(30_000)
    expect(marks()).toEqual([])
    snug.markRead(room, 2)
    snug.typing(room)
    await clock.advance(0)
    expect(link.last('mark-read').seq).toBe(2)
    expect(link.said.some(({ type }) => type === 'typing')).toBe(false)
  })
})

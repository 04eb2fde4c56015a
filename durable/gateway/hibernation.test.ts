import { beforeEach, describe, expect, test, vi } from 'vitest'
import { directRoomId } from '#durable/identity.ts'
import type { RoomId } from '#protocol/ids.ts'
import { CREDIT_BYTES } from '#protocol/limits.ts'
import { type Member, type SmallSocket, SmallWorld } from '#tests/support/small-world.ts'
import { Gateway } from './gateway.ts'

describe('a gateway that was out of memory', () => {
  let world: SmallWorld
  let one: Member
  let two: Member
  let room: RoomId

  beforeEach(async () => {
    world = await SmallWorld.start({ limits: { messagesPerSecond: 1_000, messageBurst: 1_000 } })
    ;[one, two] = (await world.members('one', 'two')) as [Member, Member]
    room = await world.group(one, two)
  })

  async function doze(): Promise<void> {
    await world.pass(1_000)
    expect(world.machine.hibernate()).toBe(true)
  }

  function seqs(socket: SmallSocket): number[] {
    return socket.all('delivery').flatMap(({ records }) => records.map(({ seq }) => seq))
  }

  test('H1: goes on with the same sockets, which hear of their rooms and their inbox', async () => {
    const socket = await world.enter(two)
    await doze()
    const producer = world.id('producer')
    await world.send(room, one, producer, 1, 'a', 'b')
    await world.send(room, one, producer, 2, 'never', 'c')
    await socket.hears('delivery', ({ to }) => to === 4)
    expect(seqs(socket)).toEqual([2, 3, 4])
    const other = await world.group(one, two)
    await socket.hears('heads', ({ heads }) => heads.some((head) => head.room === other))
    expect(socket.closedWith).toBeUndefined()
  })

  test('H1: a message from such a socket is stored, and answered to it', async () => {
    const socket = await world.enter(two)
    await doze()
    const stored = await socket.ask({ type: 'send', room, producer: world.id('producer'), n: 1, text: 'x' }, 'stored')
    expect(stored).toMatchObject({ seq: 2 })
    await socket.hears('delivery', ({ to }) => to === 2)
  })

  test('H1: marks of others reach it though nothing was delivered since', async () => {
    await world.send(room, one, world.id('producer'), 1, 'a')
    const socket = await world.enter(one)
    await doze()
    await world.until(world.peers.room(room).markRead(two.user, 2))
    expect(await socket.hears('read')).toMatchObject({ room, user: two.user, seq: 2 })
  })

  test('H1, S3: who is there is known all the same, and being asked about does not keep it in memory', async () => {
    const direct = directRoomId(one.user, two.user)
    await world.until(world.peers.room(direct).openDirect(two.user, one.user))
    const socket = await world.enter(two)
    const asked = () => world.until(world.peers.user(one.user).presenceOf(two.user))
    await doze()
    for (let minute = 0; minute < 3; minute++) {
      expect(await asked()).toEqual({ ok: { online: true } })
      await doze()
    }
    await socket.drop()
    await world.pass(100)
    expect(await asked()).toMatchObject({ ok: { online: false, seenAt: expect.any(Number) } })
    await doze()
  })

  test('H1, S1: that somebody writes reaches those who are asleep, and does not keep it in memory', async () => {
    const socket = await world.enter(two)
    for (let told = 1; told <= 3; told++) {
      await doze()
      await world.until(world.peers.room(room).typing(one.user))
      await socket.hears('typing')
      await world.pass(5_000)
      expect(socket.all('typing')).toHaveLength(told)
    }
    await doze()
  })

  test('H2: a delivery that failed before is noticed by the client: it is told where the room is', async () => {
    const socket = await world.enter(two)
    const failing = vi.spyOn(Gateway.prototype, 'deliver').mockRejectedValueOnce(new Error('not reached'))
    await world.send(room, one, world.id('producer'), 1, 'missed')
    await world.pass(100)
    expect(world.machine.hibernate()).toBe(true)
    failing.mockRestore()
    expect(await socket.hears('delivery')).toMatchObject({ room, from: 3, to: 2, records: [] })
  })

  test('H2: also where somebody else has begun to follow the room meanwhile', async () => {
    const asleep = await world.enter(two)
    const failing = vi.spyOn(Gateway.prototype, 'deliver').mockRejectedValueOnce(new Error('not reached'))
    await world.send(room, one, world.id('producer'), 1, 'missed')
    await world.pass(100)
    expect(world.machine.hibernate()).toBe(true)
    failing.mockRestore()
    await world.enter(one)
    expect(await asleep.hears('delivery')).toMatchObject({ room, from: 3, to: 2 })
  })

  test('H3, I9: who left meanwhile hears nothing of the room any more', async () => {
    const [left, stays] = [await world.enter(two), await world.enter(one)]
    await doze()
    await world.until(world.peers.room(room).leave(two.user))
    await world.send(room, one, world.id('producer'), 1, 'among us')
    await stays.hears('delivery', ({ to }) => to === 3)
    await left.hears('inbox')
    await world.pass(1_000)
    expect(JSON.stringify(left.all('delivery'))).not.toContain('among us')
  })

  test('H4: what a client had not acknowledged still counts against its credit', async () => {
    const socket = await world.enter(two)
    const producer = world.id('producer')
    const text = 'x'.repeat(16 * 1024)
    const perMessage = text.length + 200
    const half = Math.floor(CREDIT_BYTES / perMessage / 2)
    for (let n = 1; n <= half; n++) await world.send(room, one, producer, n, text)
    await doze()
    for (let n = half + 1; n <= 2 * half + 2; n++) await world.send(room, one, producer, n, text)
    await socket.hears('lagging')
    const bytes = socket.frames.reduce((sum, frame) => sum + frame.length, 0)
    expect(bytes).toBeLessThanOrEqual(CREDIT_BYTES + 100)
  })

  test('H4: a client that lags stays so until it syncs', async () => {
    const socket = await world.enter(two)
    const producer = world.id('producer')
    const text = 'x'.repeat(16 * 1024)
    for (let n = 1; n <= 70; n++) await world.send(room, one, producer, n, text)
    await socket.hears('lagging')
    await doze()
    await world.send(room, one, producer, 71, 'later')
    await world.pass(1_000)
    expect(socket.frames.filter((frame) => frame.includes('later'))).toEqual([])
    await socket.say({ type: 'acknowledge', bytes: socket.bytes })
    await socket.ask({ type: 'sync', id: 3, rooms: [] }, 'heads', ({ last }) => last !== undefined)
    expect(socket.frames.some((frame) => frame.includes('later'))).toBe(true)
  })

  test('G6: it knows who has been silent', async () => {
    const socket = await world.enter(two)
    await doze()
    await world.pass(60_000)
    expect(socket.closedWith).toBe(4001)
  })
})

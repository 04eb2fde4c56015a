import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { RoomId } from '#protocol/ids.ts'
import { CREDIT_BYTES, MAX_TEXT_BYTES } from '#protocol/limits.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { MAX_COMMIT_BYTES } from '../ports/storage.ts'
import { Room } from '../room/room.ts'
import { Gateway } from './gateway.ts'

describe('following', () => {
  let world: SmallWorld
  let one: Member
  let two: Member
  let room: RoomId

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[one, two] = (await world.members('one', 'two')) as [Member, Member]
    room = await world.group(one, two)
  })

  test('F1: a member is told the head, then everything after it', async () => {
    const producer = world.id('producer')
    await world.send(room, one, producer, 1, 'before')
    const socket = await world.enter(two)
    const heads = socket.all('heads').flatMap(({ heads }) => heads)
    expect(heads).toMatchObject([{ room, seq: 2, records: [{ seq: 1 }, { seq: 2 }] }])
    await world.send(room, one, producer, 2, 'a', 'b')
    await socket.hears('delivery')
    expect(socket.all('delivery')).toMatchObject([{ from: 3, to: 4, records: [{ text: 'a' }, { text: 'b' }] }])
  })

  test('F1: who joins while connected is told the new room and follows it', async () => {
    const socket = await world.enter(two)
    const other = await world.group(one, two)
    await socket.hears('heads', ({ heads }) => heads.some((head) => head.room === other))
    await world.send(other, one, world.id('producer'), 1, 'hello')
    await socket.hears('delivery', (delivery) => delivery.room === other)
  })

  test('F2: a repeated delivery is dropped, a gap is fetched from the room', async () => {
    const socket = await world.enter(two)
    const producer = world.id('producer')
    const deliver = Gateway.prototype.deliver
    const lost = vi.spyOn(Gateway.prototype, 'deliver').mockResolvedValueOnce({ ok: 'here' })
    await world.send(room, one, producer, 1, 'lost on the way')
    await world.pass(100)
    expect(socket.all('delivery')).toEqual([])
    lost.mockImplementation(async function (this: Gateway, ...args) {
      await deliver.apply(this, args)
      return deliver.apply(this, args)
    })
    await world.send(room, one, producer, 2, 'comes twice')
    await socket.hears('delivery', ({ to }) => to === 3)
    await world.pass(1_000)
    lost.mockRestore()
    expect(socket.all('delivery').flatMap(({ records }) => records.map(({ seq }) => seq))).toEqual([2, 3])
  })

  test('F3: a failed delivery is made good though nothing else happens in the room', async () => {
    const socket = await world.enter(two)
    const failing = vi.spyOn(Gateway.prototype, 'deliver').mockRejectedValueOnce(new Error('not reached'))
    await world.send(room, one, world.id('producer'), 1, 'made good')
    await world.pass(1_000)
    expect(socket.all('delivery')).toEqual([])
    await socket.hears('delivery')
    failing.mockRestore()
    expect(socket.all('delivery')).toMatchObject([{ from: 2, to: 2 }])
    expect(await world.table('room', room, 'agenda')).toEqual([])
  })

  test('F3: a room that was loaded again makes good what it had not delivered', async () => {
    const socket = await world.enter(two)
    const swallowed = vi.spyOn(Gateway.prototype, 'deliver').mockResolvedValueOnce({ ok: 'here' })
    const producer = world.id('producer')
    await world.send(room, one, producer, 1, 'swallowed')
    await world.pass(100)
    swallowed.mockRestore()
    world.machine.evictActor(`room/${room}`)
    await world.until(world.peers.room(room).members(one.user))
    await socket.hears('delivery', ({ to }) => to === 2)
  })

  test('F4: a follower’s row ends when nobody is there, and not before', async () => {
    const socket = await world.enter(two)
    expect(await world.table('room', room, 'followers')).toHaveLength(1)
    const producer = world.id('producer')
    await world.send(room, one, producer, 1, 'a')
    await world.pass(100)
    expect(await world.table('room', room, 'followers')).toHaveLength(1)
    await socket.drop()
    await world.send(room, one, producer, 2, 'b')
    await world.pass(100)
    expect(await world.table('room', room, 'followers')).toEqual([])
  })

  test('F4: the row of a gateway’s former life ends', async () => {
    await world.enter(two)
    world.machine.crash()
    await world.until(world.machine.start())
    await world.send(room, one, world.id('producer'), 1, 'a')
    await world.pass(1_000)
    expect(await world.table('room', room, 'followers')).toEqual([])
  })

  test('F5: a gateway gets a batch once, and its sockets the same frame', async () => {
    const sockets = [await world.enter(one), await world.enter(two), await world.enter(two)]
    const deliver = vi.spyOn(Gateway.prototype, 'deliver')
    await world.send(room, one, world.id('producer'), 1, 'a', 'b', 'c')
    for (const socket of sockets) await socket.hears('delivery')
    expect(deliver).toHaveBeenCalledTimes(1)
    deliver.mockRestore()
    const frames = sockets.map(({ frames: all }) => all.findLast((frame) => frame.includes('delivery')))
    expect(new Set(frames).size).toBe(1)
  })

  test('F5, T2: what members send in one turn is one commit and one delivery', async () => {
    const sockets = [await world.enter(one), await world.enter(two)]
    const commit = vi.spyOn(Room.prototype, 'send')
    const deliver = vi.spyOn(Gateway.prototype, 'deliver')
    await Promise.all(sockets.map((socket) => socket.say({ ...message(), text: 'at once' })))
    for (const socket of sockets) await socket.hears('stored')
    expect(commit).toHaveBeenCalledTimes(1)
    expect(deliver).toHaveBeenCalledTimes(1)
    for (const socket of sockets) expect(socket.all('delivery')).toMatchObject([{ from: 2, to: 3 }])
    vi.restoreAllMocks()
  })

  test('F5, T2: however much a turn brings, no commit and no delivery is too large', async () => {
    const socket = await world.enter(one)
    const deliver = vi.spyOn(Gateway.prototype, 'deliver')
    const { producer } = message()
    const longest = '"'.repeat(MAX_TEXT_BYTES)
    const numbers = Array.from({ length: 40 }, (_, i) => i + 1)
    expect(numbers.length * JSON.stringify(longest).length).toBeGreaterThan(MAX_COMMIT_BYTES)
    await Promise.all(numbers.map((n) => socket.say({ ...message(), producer, n, text: longest })))
    await world.pass(1_000)
    expect(await world.texts(room)).toHaveLength(numbers.length)
    for (const [, { event }] of deliver.mock.calls) expect(event.length).toBeLessThan(CREDIT_BYTES / 2)
    vi.restoreAllMocks()
  })

  function message() {
    return { type: 'send', room, producer: world.id('producer'), n: 1, text: '' } as const
  }
})

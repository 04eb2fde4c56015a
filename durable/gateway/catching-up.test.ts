import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RoomId } from '#protocol/ids.ts'
import { CREDIT_BYTES } from '#protocol/limits.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { Room } from '../room/room.ts'
import { User } from '../user/user.ts'
import { Portions } from './portions.ts'
import { RoomFeeds } from './room-feeds.ts'

describe('catching up', () => {
  let world: SmallWorld
  let one: Member
  let two: Member
  let rooms: RoomId[]

  beforeEach(async () => {
    world = await SmallWorld.start({ limits: { catchUpRecords: 3 } })
    ;[one, two] = (await world.members('one', 'two')) as [Member, Member]
    rooms = [await world.group(one, two), await world.group(one, two), await world.group(one, two)]
  })

  afterEach(() => {
    vi.restoreAllMocks()
  })

  async function sync(held: [RoomId, number][]) {
    const socket = await world.socket()
    await socket.ask({ type: 'hello', versions: [1], client: 'test' }, 'welcome')
    await socket.ask({ type: 'authenticate', id: 1, token: two.token }, 'session')
    await socket.ask({ type: 'sync', id: 2, inbox: 0, rooms: held }, 'heads', ({ last }) => last !== undefined)
    return socket
  }

  test('C1: the inbox since the cursor, then every head with the newest records that are not held, then what is new', async () => {
    const [first, second] = rooms as [RoomId, RoomId, RoomId]
    const producer = world.id('producer')
    await world.send(first, one, producer, 1, 'a', 'b', 'c', 'd', 'e')
    const socket = await sync([[second, 1]])
    expect(socket.all('inbox')).toMatchObject([{ from: 1, to: 3 }])
    const heads = new Map(socket.all('heads').flatMap(({ heads }) => heads.map((head) => [head.room, head])))
    expect([...heads.keys()].sort()).toEqual([...rooms].sort())
    expect(heads.get(first)?.records.map(({ seq }) => seq)).toEqual([4, 5, 6])
    expect(heads.get(second)?.records).toEqual([])
    await world.send(first, one, producer, 6, 'f')
    await socket.hears('delivery', ({ from }) => from === 7)
  })

  test('C4: no sync begins, no room is asked, and no page of history is read but in a portion of a few', async () => {
    while (rooms.length < 20) rooms.push(await world.group(one, two))
    const portions: number[] = []
    const next = Portions.prototype.next
    vi.spyOn(Portions.prototype, 'next').mockImplementation(function (this: Portions, ...client) {
      return next.apply(this, client).finally(() => portions.push(0))
    })
    const { open } = RoomFeeds.prototype
    vi.spyOn(RoomFeeds.prototype, 'open').mockImplementation(function (this: RoomFeeds, ...asked) {
      portions.push((portions.pop() ?? Number.NaN) + 1)
      return open.apply(this, asked)
    })
    const socket = await sync([])
    expect(portions).toEqual([0, 8, 8, 4])
    const [room] = rooms as [RoomId]
    await socket.ask({ type: 'history', id: 3, room, direction: 'older', anchor: 2, limit: 1 }, 'page')
    expect(portions).toEqual([0, 8, 8, 4, 0])
  })

  test('C1: what is said while somebody catches up is neither lost nor left out', async () => {
    const [first] = rooms as [RoomId]
    const producer = world.id('producer')
    for (let n = 1; n <= 20; n++) {
      const socket = sync([[first, n]])
      const sending = world.peers.room(first).send([{ user: one.user, producer, n, text: `text ${n}` }])
      const [caughtUp] = await Promise.all([socket, world.until(sending)])
      await world.pass(50)
      const told = [
        ...caughtUp
          .all('heads')
          .flatMap(({ heads }) => heads.filter(({ room }) => room === first).flatMap(({ records }) => records)),
        ...caughtUp.all('delivery').flatMap(({ records }) => records),
      ]
      expect(told.map(({ seq }) => seq)).toContain(n + 1)
      await caughtUp.drop()
    }
  })

  test('C2: a room that cannot answer now does not hold up the others, and is asked for again', async () => {
    const follow = Room.prototype.follow
    const failing = vi.spyOn(Room.prototype, 'follow').mockImplementation(function (this: Room, ...args) {
      return this.id === rooms[1] ? Promise.reject(new Error('not now')) : follow.apply(this, args)
    })
    const socket = await sync([])
    failing.mockRestore()
    expect(socket.all('heads').flatMap(({ heads }) => heads)).toHaveLength(2)
    expect(socket.all('heads').at(-1)).toMatchObject({ last: 'incomplete' })
    const again = await sync([])
    expect(again.all('heads').at(-1)).toMatchObject({ last: 'complete' })
    expect(again.all('heads').flatMap(({ heads }) => heads)).toHaveLength(3)
  })

  test('C2: a fault while rooms are joined is told as one, wherever the others are', async () => {
    while (rooms.length < 20) rooms.push(await world.group(one, two))
    const open = vi.spyOn(RoomFeeds.prototype, 'open').mockRejectedValueOnce(new Error('a fault'))
    const socket = await world.socket()
    await socket.ask({ type: 'hello', versions: [1], client: 'test' }, 'welcome')
    await socket.ask({ type: 'authenticate', id: 1, token: two.token }, 'session')
    const failed = await socket.ask({ type: 'sync', id: 2, rooms: [] }, 'failed')
    expect(failed).toMatchObject({ re: 2, refusal: { kind: 'retry' } })
    expect(open).toHaveBeenCalledTimes(rooms.length)
  })

  test('C1: far more than the credit comes, room by room, as fast as the client takes it', async () => {
    const producer = world.id('producer')
    const text = 'x'.repeat(10_000)
    for (let i = 0; i < 60; i++) rooms.push(await world.group(one, two))
    for (const room of rooms) await world.send(room, one, producer, 1, text, text, text)
    const socket = await world.socket()
    socket.acknowledges = true
    await socket.ask({ type: 'hello', versions: [1], client: 'test' }, 'welcome')
    await socket.ask({ type: 'authenticate', id: 1, token: two.token }, 'session')
    await socket.ask({ type: 'sync', id: 2, rooms: [] }, 'heads', ({ last }) => last !== undefined)
    expect(socket.all('lagging')).toEqual([])
    expect(socket.bytes).toBeGreaterThan(1.5 * CREDIT_BYTES)
    const told = socket.all('heads').flatMap(({ heads }) => heads.map(({ room }) => room))
    expect(told.toSorted()).toEqual(rooms.toSorted())
  })

  test('C1: a client that does not take it is not sent more than its credit', async () => {
    const producer = world.id('producer')
    const text = 'x'.repeat(10_000)
    for (let i = 0; i < 60; i++) rooms.push(await world.group(one, two))
    for (const room of rooms) await world.send(room, one, producer, 1, text, text, text)
    const socket = await world.socket()
    await socket.ask({ type: 'hello', versions: [1], client: 'test' }, 'welcome')
    await socket.ask({ type: 'authenticate', id: 1, token: two.token }, 'session')
    await socket.say({ type: 'sync', id: 2, rooms: [] })
    const asked = vi.spyOn(RoomFeeds.prototype, 'open')
    await world.pass(5_000)
    expect(socket.all('lagging')).toEqual([])
    expect(socket.bytes).toBeLessThanOrEqual(CREDIT_BYTES)
    // Nor is much more kept for it, told or not: each room has 30,000 bytes to tell.
    expect(asked.mock.calls.length * 30_000).toBeLessThanOrEqual(1.5 * CREDIT_BYTES)
  })

  test('C1: a room that is added while the inbox is told is followed like any other', async () => {
    const added = await world.group(one)
    const attach = User.prototype.attach
    const during = vi.spyOn(User.prototype, 'attach').mockImplementation(async function (this: User, ...args) {
      const answer = await attach.apply(this, args)
      await this.roomAdded(added, 5)
      return answer
    })
    await world.until(world.peers.room(added).invite(one.user, [two.user]))
    const socket = await sync([])
    during.mockRestore()
    expect(socket.all('heads').flatMap(({ heads }) => heads.map(({ room }) => room))).toContain(added)
    await world.send(added, one, world.id('producer'), 1, 'welcome')
    await socket.hears('delivery', ({ room }) => room === added)
  })

  test('C3: rooms that the client did not name follow, the newest first', async () => {
    const [first, second, third] = rooms as [RoomId, RoomId, RoomId]
    world.machine.evictActor(`user/${two.user}`)
    const socket = await sync([[second, 0]])
    const order = socket.all('heads').flatMap(({ heads }) => heads.map(({ room }) => room))
    expect(order).toEqual([second, third, first])
  })

  test('C3: rooms the client named come first, in its order', async () => {
    const [first, second, third] = rooms as [RoomId, RoomId, RoomId]
    const socket = await sync([
      [third, 0],
      [first, 0],
    ])
    const order = socket.all('heads').flatMap(({ heads }) => heads.map(({ room }) => room))
    expect(order).toEqual([third, first, second])
  })
})

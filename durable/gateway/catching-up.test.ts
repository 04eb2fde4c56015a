import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { RoomId } from '#protocol/ids.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { Room } from '../room/room.ts'

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

  test('C1: what is said while somebody catches up is neither lost nor left out', async () => {
    const [first] = rooms as [RoomId]
    const producer = world.id('producer')
    for (let n = 1; n <= 20; n++) {
      const socket = sync([[first, n]])
      const sending = world.peers.room(first).send(one.user, [{ producer, n, text: `text ${n}` }])
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

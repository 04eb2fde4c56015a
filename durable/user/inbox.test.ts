import { beforeEach, describe, expect, test } from 'vitest'
import type { RoomId } from '#protocol/ids.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'

describe('the inbox', () => {
  let world: SmallWorld
  let one: Member
  let two: Member

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[one, two] = (await world.members('one', 'two')) as [Member, Member]
  })

  const kinds = async () =>
    (await world.table('user', two.user, 'inbox')).map(([, entry]) => (entry as { kind: string }).kind)

  test('W1: being added and removed reaches the inbox exactly once, whatever is repeated', async () => {
    const room = await world.group(one, two)
    const self = world.peers.user(two.user)
    await world.until(self.roomAdded(room, 1))
    await world.until(self.roomAdded(room, 1))
    expect(await kinds()).toEqual(['room-added'])
    await world.until(world.peers.room(room).leave(two.user))
    await world.pass(100)
    await world.until(self.roomRemoved(room, 2))
    expect(await kinds()).toEqual(['room-added', 'room-removed'])
  })

  test('W2: of two words about one room the one with the higher revision holds', async () => {
    const room: RoomId = world.id('group')
    const self = world.peers.user(two.user)
    await world.until(self.roomRemoved(room, 5))
    await world.until(self.roomAdded(room, 4))
    expect(await kinds()).toEqual(['room-removed'])
    expect(await world.table('user', two.user, 'rooms')).toMatchObject([[room, { rev: 5, member: false }]])
  })

  test('W3: a device without a cursor begins at the head, one with a cursor gets what came since', async () => {
    await world.group(one, two)
    await world.group(one, two)
    const fresh = await world.enter(two)
    expect(fresh.all('ready')).toMatchObject([{ inbox: 2 }])
    expect(fresh.all('inbox')).toEqual([])
    const old = await world.socket()
    await old.ask({ type: 'hello', versions: [1], client: 'test' }, 'welcome')
    await old.ask({ type: 'authenticate', id: 1, token: two.token }, 'session')
    await old.ask({ type: 'sync', id: 2, inbox: 1, rooms: [] }, 'heads', ({ last }) => last !== undefined)
    expect(old.all('inbox')).toMatchObject([{ from: 2, to: 2, entries: [{ kind: 'room-added' }] }])
  })
})

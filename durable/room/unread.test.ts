import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Gateway } from '#durable/gateway/gateway.ts'
import type { RoomId } from '#protocol/ids.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'

describe('unread', () => {
  let world: SmallWorld
  let one: Member
  let two: Member
  let room: RoomId

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[one, two] = (await world.members('one', 'two')) as [Member, Member]
    room = await world.group(one, two)
  })

  async function headOf({ user }: Member) {
    const outcome = await world.until(
      world.peers.room(room).follow(user, 1_000, 1, { gateway: 'g0', generation: 'gone' }),
    )
    if ('refused' in outcome) throw new Error(outcome.refused.reason)
    return JSON.parse(outcome.ok.fields)
  }

  test('U1: unread is the countable ordinal of the head minus that of the read mark', async () => {
    await world.send(room, one, world.id('producer'), 1, 'a', 'b', 'c')
    expect(await headOf(two)).toMatchObject({ seq: 4, ord: 3, read: 1, unread: 3 })
    await world.until(world.peers.room(room).markRead(two.user, 3))
    expect(await headOf(two)).toMatchObject({ read: 3, unread: 1 })
    world.machine.evictActor(`room/${room}`)
    expect(await headOf(two)).toMatchObject({ read: 3, unread: 1 })
  })

  test('U2: what the room records about itself is not countable', async () => {
    const three = await inviteThird()
    await world.until(world.peers.room(room).leave(three.user))
    expect(await headOf(two)).toMatchObject({ seq: 3, ord: 0, unread: 0 })
  })

  test('U3: writing moves the writer’s mark to what was written', async () => {
    await world.send(room, one, world.id('producer'), 1, 'a', 'b')
    await world.send(room, two, world.id('producer'), 1, 'c')
    expect(await headOf(two)).toMatchObject({ read: 4, unread: 0 })
    expect(await headOf(one)).toMatchObject({ read: 3, unread: 1 })
  })

  test('U3: inviting somebody is not reading', async () => {
    await world.send(room, two, world.id('producer'), 1, 'a', 'b', 'c')
    await inviteThird()
    expect(await headOf(one)).toMatchObject({ seq: 5, read: 1, unread: 3 })
  })

  test('U4: a mark moves only forward, never beyond the head, and reaches everybody', async () => {
    const watcher = await world.enter(one)
    const otherDevice = await world.enter(two)
    await world.send(room, one, world.id('producer'), 1, 'a', 'b')
    await world.until(world.peers.room(room).markRead(two.user, 1_000))
    await world.until(world.peers.room(room).markRead(two.user, 2))
    expect(await headOf(two)).toMatchObject({ read: 3, unread: 0 })
    for (const socket of [watcher, otherDevice]) {
      await socket.hears('read')
      expect(socket.all('read')).toEqual([{ type: 'read', room, user: two.user, seq: 3, ord: 2 }])
    }
  })

  test('U4: while marks are on their way others gather, and are told in one call', async () => {
    const three = await inviteThird()
    const watcher = await world.enter(one)
    await world.send(room, one, world.id('producer'), 1, 'a', 'b', 'c')
    const deliver = vi.spyOn(Gateway.prototype, 'deliver')
    const marks = [3, 4, 5].flatMap((seq) => [two, three].map(({ user }) => world.peers.room(room).markRead(user, seq)))
    await world.until(Promise.all(marks))
    await world.pass(100)
    expect(deliver.mock.calls.length).toBeLessThanOrEqual(3)
    deliver.mockRestore()
    for (const { user } of [two, three])
      expect(watcher.all('read').findLast((read) => read.user === user)).toMatchObject({ seq: 5, ord: 3 })
  })

  async function inviteThird(): Promise<Member> {
    const invited = await world.until(world.peers.user(one.user).createInvitation(1))
    if ('refused' in invited) throw new Error(invited.refused.reason)
    const three = await world.register('three', invited.ok.code)
    await world.until(world.peers.room(room).invite(one.user, [three.user]))
    return three
  }
})

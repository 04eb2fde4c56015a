import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Gateway } from '#durable/gateway/gateway.ts'
import { directRoomId } from '#durable/identity.ts'
import type { Outcome } from '#protocol/errors.ts'
import type { RoomId } from '#protocol/ids.ts'
import type { RoomHead } from '#protocol/room-head.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { Room } from './room.ts'

function unwrap<T>(outcome: Outcome<T>): T {
  if ('refused' in outcome) throw new Error(outcome.refused.reason)
  return outcome.ok
}

describe('signs', () => {
  let world: SmallWorld
  let one: Member
  let two: Member
  let three: Member
  let group: RoomId
  let direct: RoomId

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[one, two, three] = (await world.members('one', 'two', 'three')) as [Member, Member, Member]
    group = await world.group(one, two)
    direct = directRoomId(one.user, two.user)
    await world.until(world.peers.room(direct).openDirect(one.user, two.user))
    await world.pass(100)
  })

  describe('typing', () => {
    test('S1: is told to the members who are connected, and nothing of it is kept', async () => {
      const [writer, reader, stranger] = [await world.enter(one), await world.enter(two), await world.enter(three)]
      const kept = async () => [await world.table('room', group, 'members'), await world.texts(group)]
      const before = await kept()
      await writer.say({ type: 'typing', room: group })
      await world.pass(100)
      for (const socket of [writer, reader])
        expect(socket.all('typing')).toEqual([{ type: 'typing', room: group, user: one.user }])
      expect(stranger.all('typing')).toEqual([])
      expect(await kept()).toEqual(before)
      const late = await world.enter(two)
      expect(late.all('typing')).toEqual([])
    })

    test('S1: who has left is told of nobody, also when the departure reached this gateway late', async () => {
      const [writer, leaver] = [await world.enter(one), await world.enter(two)]
      await world.until(world.peers.room(group).leave(two.user))
      await writer.say({ type: 'typing', room: group })
      await world.pass(5_000)
      expect(writer.all('typing')).toHaveLength(1)
      expect(leaver.all('typing')).toEqual([])
    })
  })

  describe('typing of many', () => {
    const says = ({ user }: Member, room = group) => world.until(world.peers.room(room).typing(user))

    test('S1: who repeats it is told of once in two seconds, and at once after what was sent', async () => {
      const reader = await world.enter(two)
      for (let ms = 0; ms < 4_000; ms += 100) {
        await says(one)
        await world.pass(90)
      }
      expect(reader.all('typing').length).toBe(2)
      await world.send(group, one, world.id('producer'), 1, 'x')
      await says(one)
      await world.pass(100)
      expect(reader.all('typing').length).toBe(3)
    })

    test('S1: of fifty at once eight are told, and others when those have done', async () => {
      const { code } = unwrap(await world.until(world.peers.user(one.user).createInvitation(100)))
      const crowd: Member[] = []
      for (let i = 0; i < 50; i++) crowd.push(await world.register(`crowd-${i}`, code))
      const room = await world.group(one, ...crowd)
      const reader = await world.enter(one)
      for (let round = 0; round < 2; round++) await Promise.all(crowd.map((typist) => says(typist, room)))
      const told = () => new Set(reader.all('typing').map(({ user }) => user))
      await world.pass(100)
      expect([reader.all('typing').length, told().size]).toEqual([8, 8])
      await world.pass(6_000)
      for (const typist of crowd.slice(-8)) await says(typist, room)
      await world.pass(100)
      expect([...told()].slice(8)).toEqual(crowd.slice(-8).map(({ user }) => user))
    })
  })

  describe('received', () => {
    const headOf = async ({ user }: Member): Promise<RoomHead> => {
      const following = world.peers.room(direct).follow(user, 1_000, 1, { gateway: 'g0', generation: 'gone' })
      return JSON.parse(unwrap(await world.until(following)).fields)
    }
    const heldBy = async (member: Member) => (await headOf(member)).received

    test('S2: moves only forward, never beyond the head, is told to both and stands in the heads of both', async () => {
      const [sender, receiver] = [await world.enter(one), await world.enter(two)]
      await world.send(direct, one, world.id('producer'), 1, 'a', 'b')
      expect(await heldBy(one)).toBe(1)
      await receiver.say({ type: 'mark-received', room: direct, seq: 1_000 })
      await world.pass(100)
      await receiver.say({ type: 'mark-received', room: direct, seq: 2 })
      await world.pass(100)
      expect(sender.all('received')).toEqual([{ type: 'received', room: direct, user: two.user, seq: 3 }])
      expect(receiver.all('received').map(({ seq }) => seq)).toEqual(expect.arrayContaining([3]))
      expect(await heldBy(one)).toBe(3)
      world.machine.evictActor(`room/${direct}`)
      expect(await headOf(one)).toMatchObject({ received: 3, ownReceived: 3 })
      expect(await headOf(two)).toMatchObject({ received: 3, ownReceived: 3 })
    })

    test('S2: what was read was received', async () => {
      await world.send(direct, one, world.id('producer'), 1, 'a', 'b', 'c')
      const room = () => world.peers.room(direct)
      await world.until(room().markReceived(two.user, 2))
      await world.until(room().markRead(two.user, 3))
      expect(await headOf(one)).toMatchObject({ received: 3, ownReceived: 4 })
      expect(await world.until(room().markReceived(two.user, 2))).toEqual({ ok: 3 })
      expect(await world.until(room().markReceived(two.user, 4))).toEqual({ ok: 4 })
      expect(await headOf(two)).toMatchObject({ received: 4, ownReceived: 4 })
    })

    test('S2: a group keeps none', async () => {
      expect(await world.until(world.peers.room(group).markReceived(two.user, 1))).toMatchObject({
        refused: { kind: 'forbidden' },
      })
    })
  })

  describe('presence', () => {
    const presence = (of: Member, asker: Member) => world.until(world.peers.user(asker.user).presenceOf(of.user))
    const hides = (who: Member, hidden: boolean) =>
      world.until(world.peers.user(who.user).settings({ showsPresence: !hidden }))

    async function bothTakePart(): Promise<void> {
      await world.send(direct, two, world.id('producer'), 1, 'Hello')
    }

    describe('of somebody who takes part', () => {
      beforeEach(bothTakePart)

      test('S3: is told to the other of a direct room: connected now, or last when', async () => {
        expect(await presence(two, one)).toEqual({ ok: { online: false } })
        const socket = await world.enter(two)
        expect(await presence(two, one)).toEqual({ ok: { online: true } })
        await socket.drop()
        const leftAt = world.clock.now()
        await world.pass(60_000)
        const { online, seenAt = 0 } = unwrap(await presence(two, one))
        expect([online, Math.abs(seenAt - leftAt) < 100]).toEqual([false, true])
      })

      test('S3: with one of two devices gone somebody is still there', async () => {
        const [first, second] = [await world.enter(two), await world.enter(two)]
        await first.drop()
        expect(await presence(two, one)).toEqual({ ok: { online: true } })
        await second.drop()
        expect(await presence(two, one)).toMatchObject({ ok: { online: false, seenAt: expect.any(Number) } })
      })

      test('S3: is refused to everybody else, also in a group with them', async () => {
        await world.until(world.peers.room(group).invite(one.user, [three.user]))
        expect(await presence(two, three)).toMatchObject({ refused: { kind: 'forbidden' } })
        const nobody = world.id('user')
        expect(await world.until(world.peers.user(two.user).presence(nobody))).toMatchObject({
          refused: { kind: 'forbidden' },
        })
      })

      test('S3: after a crash or a restart of the host no time is told, until it is certain again', async () => {
        await (await world.enter(two)).drop()
        await world.pass(3_600_000)
        await world.enter(two)
        world.machine.crash()
        await world.until(world.machine.start())
        expect(await presence(two, one)).toEqual({ ok: { online: false } })
        const back = await world.enter(two)
        await world.until(world.machine.drain())
        expect(back.closedWith).toBe(1012)
        world.machine.crash()
        await world.until(world.machine.start())
        expect(await presence(two, one)).toEqual({ ok: { online: false } })
        await (await world.enter(two)).drop()
        const { seenAt = 0 } = unwrap(await presence(two, one))
        expect(Math.abs(seenAt - world.clock.now())).toBeLessThan(100)
      })

      test('S3: who leaves one gateway and stays at another has not gone', async () => {
        await world.enter(two)
        const elsewhere = { gateway: 'g9', generation: 'another' }
        await world.until(world.peers.user(two.user).wentAway(elsewhere))
        expect(await presence(two, one)).toEqual({ ok: { online: true } })
        world.machine.crash()
        await world.until(world.machine.start())
        expect(await presence(two, one)).toEqual({ ok: { online: false } })
      })

      test('S3: a gateway that does not answer may know better', async () => {
        await (await world.enter(two)).drop()
        await world.pass(60_000)
        const silent = vi.spyOn(Gateway.prototype, 'isConnected').mockRejectedValue(new Error('not reached'))
        expect(await presence(two, one)).toEqual({ ok: { online: false } })
        silent.mockRestore()
        expect(await presence(two, one)).toMatchObject({ ok: { online: false, seenAt: expect.any(Number) } })
      })

      test('S3: who hides is not told of, and is told of nobody', async () => {
        await world.enter(one)
        await (await world.enter(two)).drop()
        expect(await hides(two, true)).toEqual({ ok: { showsPresence: false } })
        expect([await presence(two, one), await presence(one, two)]).toEqual([
          { ok: { online: false } },
          { ok: { online: false } },
        ])
        await hides(two, false)
        expect(await presence(one, two)).toEqual({ ok: { online: true } })
        expect(await presence(two, one)).toMatchObject({ ok: { seenAt: expect.any(Number) } })
      })

      test('S4: what is set on one device holds on the others, and after a crash', async () => {
        const [here, there] = [await world.enter(two), await world.enter(two)]
        const change = { type: 'change-settings', id: 5, showsPresence: false } as const
        expect(await here.ask(change, 'settings')).toMatchObject({ re: 5, showsPresence: false })
        expect(await there.ask({ type: 'get-settings', id: 6 }, 'settings')).toMatchObject({ showsPresence: false })
        world.machine.evictActor(`user/${two.user}`)
        const unchanged = { type: 'change-settings', id: 7 } as const
        expect(await there.ask(unchanged, 'settings')).toMatchObject({ showsPresence: false })
      })
    })

    test('S3: is refused to one who has only opened a room with somebody, or only been read there', async () => {
      await world.enter(two)
      await world.send(direct, one, world.id('producer'), 1, 'Hello')
      await world.until(world.peers.room(direct).markRead(two.user, 2))
      expect(await presence(two, one)).toMatchObject({ refused: { kind: 'forbidden' } })
      expect(await presence(one, two)).toMatchObject({ ok: { online: false } })
      await bothTakePart()
      expect(await presence(two, one)).toEqual({ ok: { online: true } })
    })

    test('S3: once it is known that somebody takes part the room is not asked again', async () => {
      await bothTakePart()
      await presence(two, one)
      const asked = vi.spyOn(Room.prototype, 'takesPart')
      world.machine.evictActor(`user/${two.user}`)
      await presence(two, one)
      expect(asked).not.toHaveBeenCalled()
      asked.mockRestore()
    })
  })
})

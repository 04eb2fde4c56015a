import { beforeEach, describe, expect, test } from 'vitest'
import type { Outcome } from '#protocol/errors.ts'
import { makeId, type RoomId } from '#protocol/ids.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { directRoomId } from '../identity.ts'
import type { RoomCalls } from './calls.ts'

describe('members', () => {
  let world: SmallWorld
  let one: Member
  let two: Member
  let three: Member

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[one, two, three] = (await world.members('one', 'two', 'three')) as [Member, Member, Member]
  })

  test('M1: a group is opened once; its creator finds it open, another is refused', async () => {
    const room = await world.group(one, two)
    const again = await world.until(world.peers.room(room).createGroup(one.user, 'Another title', []))
    expect(again).toEqual({ ok: null })
    expect(await world.until(world.peers.room(room).createGroup(three.user, 'Mine', []))).toMatchObject({
      refused: { kind: 'forbidden' },
    })
    expect(await world.table('room', room, 'room')).toMatchObject([['room', { title: 'A group', creator: one.user }]])
  })

  test('M2: a direct room is the same from either side, has two members, and is neither joined nor left', async () => {
    const room = directRoomId(one.user, two.user)
    expect(directRoomId(two.user, one.user)).toBe(room)
    await world.until(world.peers.room(room).openDirect(one.user, two.user))
    expect(await world.until(world.peers.room(room).openDirect(two.user, one.user))).toEqual({ ok: null })
    expect(await world.table('room', room, 'members')).toHaveLength(2)
    const refused = { refused: { kind: 'forbidden' } }
    expect(await world.until(world.peers.room(room).invite(one.user, [three.user]))).toMatchObject(refused)
    expect(await world.until(world.peers.room(room).leave(one.user))).toMatchObject(refused)
    expect(await world.until(world.peers.room(room).openDirect(one.user, three.user))).toMatchObject(refused)
    expect(await world.until(world.peers.room(room).openDirect(one.user, one.user))).toMatchObject(refused)
  })

  test('M3: who is invited reads from the record of the invitation on', async () => {
    const room = await world.group(one, two)
    await world.send(room, one, world.id('producer'), 1, 'before')
    await world.until(world.peers.room(room).invite(one.user, [three.user]))
    const page = await world.until(world.peers.room(room).history(three.user, 'older', 100, 50))
    expect(page).toMatchObject({ ok: { floor: 3, head: 3 } })
    expect('ok' in page && page.ok.records).toHaveLength(1)
  })

  test('M4: any member may invite users that exist; who is in already stays as he is', async () => {
    const room = await world.group(one, two)
    const nobody = makeId('user', new Uint8Array(16))
    expect(await world.until(world.peers.room(room).invite(two.user, [nobody]))).toMatchObject({
      refused: { kind: 'not-found' },
    })
    await world.until(world.peers.room(room).invite(two.user, [three.user, one.user, three.user]))
    const members = await world.until(world.peers.room(room).members(three.user))
    expect(members).toMatchObject({ ok: [{ role: 'owner' }, { role: 'member' }, { role: 'member' }] })
    expect(await world.table('room', room, 'timeline')).toHaveLength(2)
  })

  test('M5: who has left is refused everywhere and gets the departure as the last record', async () => {
    const room = await world.group(one, two)
    const socket = await world.enter(two)
    const producer = world.id('producer')
    await world.send(room, one, producer, 1, 'before')
    await world.until(world.peers.room(room).leave(two.user))
    await world.send(room, one, producer, 2, 'after')
    await world.pass(1_000)
    const records = socket.all('delivery').flatMap((delivery) => delivery.records)
    expect(records.map(({ kind }) => kind)).toEqual(['text', 'left'])
    expect(await world.until(world.peers.room(room).history(two.user, 'older', 99, 9))).toMatchObject({
      refused: { kind: 'forbidden' },
    })
    expect(await world.send(room, two, world.id('producer'), 1, 'still here?')).toMatchObject({
      ok: [{ refused: { kind: 'forbidden' } }],
    })
  })

  test('M6: when the last owner leaves, the longest-standing member becomes owner', async () => {
    const room = await world.group(one, two)
    await world.until(world.peers.room(room).invite(one.user, [three.user]))
    await world.until(world.peers.room(room).leave(one.user))
    const members = await world.until(world.peers.room(room).members(three.user))
    expect(members).toMatchObject({
      ok: [
        { user: two.user, role: 'owner' },
        { user: three.user, role: 'member' },
      ],
    })
  })

  test('M8: the owner of a group removes others, who hear no more of it; the record says by whom', async () => {
    const room = await world.group(one, two, three)
    const socket = await world.enter(two)
    for (const [by, user] of [
      [three.user, two.user],
      [one.user, one.user],
    ] as const)
      expect(await world.until(world.peers.room(room).remove(by, user))).toMatchObject({
        refused: { kind: 'forbidden' },
      })
    await world.until(world.peers.room(room).remove(one.user, two.user))
    await world.send(room, one, world.id('producer'), 1, 'after')
    await world.pass(1_000)
    const records = socket.all('delivery').flatMap((delivery) => delivery.records)
    expect(records).toMatchObject([{ kind: 'left', user: two.user, by: one.user }])
    expect(socket.all('inbox').at(-1)).toMatchObject({ entries: [{ kind: 'room-removed', room }] })
    expect(await world.until(world.peers.room(room).members(two.user))).toMatchObject({
      refused: { kind: 'forbidden' },
    })
    const before = await world.table('room', room, 'timeline')
    expect(await world.until(world.peers.room(room).remove(one.user, two.user))).toEqual({ ok: null })
    expect(await world.table('room', room, 'timeline')).toEqual(before)
  })

  test('M8: nobody is removed from a direct room', async () => {
    const direct = directRoomId(one.user, two.user)
    await world.until(world.peers.room(direct).openDirect(one.user, two.user))
    expect(await world.until(world.peers.room(direct).remove(one.user, two.user))).toMatchObject({
      refused: { kind: 'forbidden' },
    })
    expect(await world.until(world.peers.room(direct).members(two.user))).toMatchObject({ ok: [{}, {}] })
  })

  /** What a stranger tries with each call of a room; a call without a row does not compile. Opening has rules of its own. */
  const attempts: Record<
    keyof RoomCalls,
    | ((room: RoomCalls, stranger: Member) => Promise<Outcome<unknown>>)
    | 'see M1, M2'
    | 'by gateways only'
    | 'by users only'
    | 'changes nothing'
  > = {
    createGroup: 'see M1, M2',
    openDirect: 'see M1, M2',
    replay: 'by gateways only',
    stillMembers: 'by gateways only',
    send: async (room, { user }) => {
      const outcome = await room.send([{ user, producer: makeId('producer', new Uint8Array(16)), n: 1, text: 'x' }])
      return 'ok' in outcome && outcome.ok[0] && 'refused' in outcome.ok[0] ? outcome.ok[0] : outcome
    },
    invite: (room, { user }) => room.invite(user, [user]),
    leave: 'changes nothing',
    remove: (room, { user }) => room.remove(user, one.user),
    markRead: (room, { user }) => room.markRead(user, 1),
    markReceived: (room, { user }) => room.markReceived(user, 1),
    typing: (room, { user }) => room.typing(user),
    takesPart: (room, { user }) => room.takesPart(user),
    follow: (room, { user }) => room.follow(user, 0, 10, { gateway: 'g0', generation: 'x' }),
    history: (room, { user }) => room.history(user, 'older', 10, 10),
    members: (room, { user }) => room.members(user),
    fileUrl: (room, { user }) => room.fileUrl(user, world.id('file')),
    sharedFiles: (room, { user }) => room.sharedFiles(user),
    namesFile: 'by users only',
  }

  test.each(Object.entries(attempts).filter(([, attempt]) => typeof attempt === 'function'))(
    'M7: %s is refused to who is no member, by the room itself',
    async (_, attempt) => {
      if (typeof attempt !== 'function') return expect.unreachable()
      const room: RoomId = await world.group(one, two)
      const before = await world.table('room', room, 'timeline')
      expect(await world.until(attempt(world.peers.room(room), three))).toMatchObject({
        refused: { kind: 'forbidden' },
      })
      expect(await world.table('room', room, 'timeline')).toEqual(before)
    },
  )

  test('M1: a group is not opened where the direct room of two belongs, by the room itself', async () => {
    const direct = directRoomId(one.user, two.user)
    const created = world.peers.room(direct).createGroup(three.user, 'Mine', [one.user])
    expect(await world.until(created)).toMatchObject({ refused: { kind: 'forbidden' } })
    expect(await world.until(world.peers.room(direct).openDirect(one.user, two.user))).toEqual({ ok: null })
    expect(await world.until(world.peers.room(direct).members(three.user))).toMatchObject({ refused: {} })
  })

  test('M7: leaving a room one is not in changes nothing', async () => {
    const room = await world.group(one, two)
    expect(await world.until(world.peers.room(room).leave(three.user))).toEqual({ ok: null })
    expect(await world.table('room', room, 'timeline')).toHaveLength(1)
  })

  test('M7: a gateway that does not follow gets no replay and learns of no member', async () => {
    const room = await world.group(one, two)
    const stranger = { gateway: 'g9', generation: 'x' }
    const { replay, stillMembers } = {
      replay: await world.until(world.peers.room(room).replay(stranger, 0)),
      stillMembers: await world.until(world.peers.room(room).stillMembers(stranger, [one.user])),
    }
    expect(replay).toMatchObject({ refused: { kind: 'forbidden' } })
    expect(stillMembers).toMatchObject({ refused: { kind: 'forbidden' } })
  })
})

import { beforeEach, describe, expect, test, vi } from 'vitest'
import { ok, refuse } from '#protocol/errors.ts'
import type { FileId, RoomId } from '#protocol/ids.ts'
import { toUtf8 } from '#protocol/text.ts'
import type { Up } from '#protocol/up.ts'
import { keepFile } from '#tests/support/files.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { changedTables, storedRows } from '#tests/support/stored-tables.ts'
import { Room } from '../room/room.ts'
import { isNamedInSome, MAX_ROOMS_PER_FILE } from './naming-rooms.ts'

describe('the rooms in which a file is named', () => {
  let world: SmallWorld
  let one: Member
  let two: Member
  let file: FileId

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[one, two] = (await world.members('one', 'two')) as [Member, Member]
    file = await keepFile(world, one, toUtf8('what is in it'))
  })

  const own = () => world.peers.user(one.user)
  const attach = (room: RoomId) => world.until(own().attachFiles(room, [{ file }]))

  test.each<[string, () => Promise<RoomId>]>([
    ['a room that there is not', async () => world.id('group')],
    ['a room of others', () => world.group(two)],
    [
      'a room that one has left',
      async () => {
        const room = await world.group(two, one)
        await world.until(world.peers.room(room).leave(one.user))
        return room
      },
    ],
  ])('R1, M7: a message with a file to %s is refused, and nothing is stored', async (_, made) => {
    const room = await made()
    const socket = await world.enter(one)
    await world.pass(1_000)
    const before = storedRows(world.disk)
    const said: Up = { type: 'send', room, producer: world.id('producer'), n: 1, text: '', files: [{ file }] }
    expect(await socket.ask(said, 'refused')).toMatchObject({ refusal: { kind: 'forbidden' } })
    await world.pass(1_000)
    expect(changedTables(before, storedRows(world.disk))).toEqual([])
    expect(await world.until(own().dropFile(file))).toEqual(ok(null))
  })

  test('O1: a file is named in so many rooms and no more; in those it is named again', async () => {
    const member = vi.spyOn(Room.prototype, 'takesPart').mockResolvedValue(ok(true))
    const rooms = Array.from({ length: MAX_ROOMS_PER_FILE }, () => world.id('group'))
    for (const room of rooms) expect(await attach(room)).toMatchObject({ ok: [{ file }] })
    expect(await attach(world.id('group'))).toMatchObject({ refused: { kind: 'limit-reached' } })
    expect(await attach(rooms[0] as RoomId)).toMatchObject({ ok: [{ file }] })
    expect(await world.table('user', one.user, 'files')).toMatchObject([[file, { rooms }]])
    member.mockRestore()
  })

  describe('asked', () => {
    const rooms = Array.from({ length: 25 }, (_, i) => `g${i}` as RoomId)

    /** Answers with what each room says, and with how many were asked at once. */
    async function askedOf(answers: (room: RoomId) => boolean | undefined) {
      let [under, most, all] = [0, 0, 0]
      const namesFile = async (room: RoomId) => {
        most = Math.max(most, ++under)
        all++
        await Promise.resolve()
        under--
        const answer = answers(room)
        return answer === undefined ? refuse('retry', 'away') : ok(answer)
      }
      const room = (id: RoomId) => ({ ...world.peers.room(id), namesFile: () => namesFile(id) })
      return { isNamed: await isNamedInSome({ room }, rooms, file), most, all }
    }

    test('O5: they are asked a few at a time, until one says yes', async () => {
      expect(await askedOf(() => false)).toEqual({ isNamed: false, most: 10, all: 25 })
      expect(await askedOf((room) => room === 'g12')).toEqual({ isNamed: true, most: 10, all: 20 })
    })

    test('O5: one that does not answer leaves it open, unless another says yes', async () => {
      expect(await askedOf((room) => (room === 'g3' ? undefined : false))).toMatchObject({ isNamed: undefined })
      expect(await askedOf((room) => (room === 'g3' ? undefined : room === 'g24'))).toMatchObject({ isNamed: true })
    })
  })
})

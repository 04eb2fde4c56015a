import { beforeEach, describe, expect, test } from 'vitest'
import type { ProducerId, RoomId } from '#protocol/ids.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'

describe('producers', () => {
  let world: SmallWorld
  let one: Member
  let two: Member
  let room: RoomId
  let producer: ProducerId

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[one, two] = (await world.members('one', 'two')) as [Member, Member]
    room = await world.group(one, two)
    producer = world.id('producer')
  })

  test('P1: a message is stored when its number is the last settled one plus one', async () => {
    expect(await world.send(room, one, producer, 1, 'a', 'b')).toEqual({
      ok: [{ stored: { seq: 2 } }, { stored: { seq: 3 } }],
    })
    expect(await world.send(room, one, producer, 3, 'c')).toEqual({ ok: [{ stored: { seq: 4 } }] })
    expect(await world.texts(room)).toEqual(['a', 'b', 'c'])
  })

  test('P1: numbers are counted for each room and each producer by itself', async () => {
    const other = await world.group(one, two)
    await world.send(room, one, producer, 1, 'a')
    expect(await world.send(other, one, producer, 1, 'a')).toEqual({ ok: [{ stored: { seq: 2 } }] })
    expect(await world.send(room, one, world.id('producer'), 1, 'b')).toEqual({ ok: [{ stored: { seq: 3 } }] })
  })

  test.each(['at once', 'after the room was loaded again', 'after the host was killed'])(
    'P2: a settled number is answered stored and changes nothing, %s',
    async (when) => {
      await world.send(room, one, producer, 1, 'a', 'b')
      if (when.includes('loaded')) world.machine.evictActor(`room/${room}`)
      if (when.includes('killed')) {
        world.machine.crash()
        await world.until(world.machine.start())
      }
      expect(await world.send(room, one, producer, 1, 'another text')).toEqual({ ok: [{ stored: {} }] })
      expect(await world.texts(room)).toEqual(['a', 'b'])
    },
  )

  test('P3: a number that comes too early is refused for now, and so are all after it', async () => {
    const outcome = await world.send(room, one, producer, 2, 'b', 'c')
    expect(outcome).toMatchObject({
      ok: [{ refused: { kind: 'out-of-order' } }, { refused: { kind: 'out-of-order' } }],
    })
    expect(await world.texts(room)).toEqual([])
    await world.send(room, one, producer, 1, 'a', 'b', 'c')
    expect(await world.texts(room)).toEqual(['a', 'b', 'c'])
  })

  test('P4: a skip settles its number without a message', async () => {
    const skipped = await world.until(world.peers.room(room).send([{ user: one.user, producer, n: 1 }]))
    expect(skipped).toEqual({ ok: [{ stored: {} }] })
    expect(await world.send(room, one, producer, 2, 'b')).toEqual({ ok: [{ stored: { seq: 2 } }] })
    expect(await world.texts(room)).toEqual(['b'])
  })

  test('P5: a producer belongs to the user who used it first', async () => {
    await world.send(room, one, producer, 1, 'a')
    expect(await world.send(room, two, producer, 2, 'b')).toMatchObject({ ok: [{ refused: { kind: 'forbidden' } }] })
    expect(await world.texts(room)).toEqual(['a'])
  })

  test('P6: a producer’s messages stand in the order of their numbers, whoever writes between', async () => {
    const other = world.id('producer')
    const calls = [1, 2, 3].flatMap((n) => [
      world.peers.room(room).send([{ user: one.user, producer, n, text: `one ${n}` }]),
      world.peers.room(room).send([{ user: two.user, producer: other, n, text: `two ${n}` }]),
    ])
    await world.until(Promise.all(calls))
    const texts = await world.texts(room)
    expect(texts.filter((text) => text.startsWith('one'))).toEqual(['one 1', 'one 2', 'one 3'])
    expect(texts.filter((text) => text.startsWith('two'))).toEqual(['two 1', 'two 2', 'two 3'])
    expect(texts).toHaveLength(6)
  })
})

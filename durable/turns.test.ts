import { describe, expect, test } from 'vitest'
import { SmallWorld } from '#tests/support/small-world.ts'

/** Holds back, or fails, the commits of rooms. */
function roomDisk() {
  let gate: Promise<void> = Promise.resolve()
  let release = () => {}
  return {
    faults: { sync: (actor: string) => (actor.startsWith('room/') ? gate : Promise.resolve()) },
    hold() {
      gate = new Promise((resolve) => {
        release = resolve
      })
    },
    fail() {
      gate = Promise.reject(new Error('the disk failed'))
      gate.catch(() => {})
    },
    heal() {
      gate = Promise.resolve()
      release()
    },
  }
}

describe('turns', () => {
  test('T1: no answer and no delivery leaves before the commit is durable', async () => {
    const disk = roomDisk()
    const world = await SmallWorld.start({ disk: disk.faults })
    const [one] = await world.members('one')
    if (!one) return expect.unreachable()
    const room = await world.group(one)
    const socket = await world.enter(one)
    disk.hold()
    const producer = world.id('producer')
    await socket.say({ type: 'send', room, producer, n: 1, text: 'held back' })
    await world.pass(2_000)
    expect(socket.all('stored')).toEqual([])
    expect(socket.all('delivery')).toEqual([])
    disk.heal()
    await socket.hears('stored')
    await socket.hears('delivery')
  })

  test('T1: no effect is carried out before it is durable, also where others are tried again meanwhile', async () => {
    let target = ''
    let isTargetDown = true
    const gates: PromiseWithResolvers<void>[] = []
    let holds = false
    const world = await SmallWorld.start({
      disk: {
        async sync(actor) {
          if (isTargetDown && actor === `user/${target}`) throw new Error('down')
          if (!holds || !actor.startsWith('room/')) return
          const gate = Promise.withResolvers<void>()
          gates.push(gate)
          await gate.promise
        },
      },
    })
    const [one, two, three] = await world.members('one', 'two', 'three')
    if (!one || !two || !three) return expect.unreachable()
    target = two.user
    const room = await world.group(one, two)
    holds = true
    // What could not be done is tried again when the plan to do so is durable; in between somebody is invited.
    while (gates.length === 0) await world.pass(100)
    const inviting = world.peers.room(room).invite(one.user, [three.user])
    await world.pass(100)
    gates[0]?.resolve()
    await world.pass(1_000)
    expect(await world.table('user', three.user, 'rooms')).toEqual([])
    holds = false
    isTargetDown = false
    for (const gate of gates) gate.resolve()
    expect(await world.until(inviting)).toEqual({ ok: null })
    await world.pass(10_000)
    for (const { user } of [two, three])
      expect(await world.table('user', user, 'rooms')).toMatchObject([[room, { member: true }]])
  })

  test('T1: nothing is read that is not durable', async () => {
    const disk = roomDisk()
    const world = await SmallWorld.start({ disk: disk.faults })
    const [one] = await world.members('one')
    if (!one) return expect.unreachable()
    const room = await world.group(one)
    disk.hold()
    const sending = world.peers
      .room(room)
      .send([{ user: one.user, producer: world.id('producer'), n: 1, text: 'not yet' }])
    await world.pass(100)
    const reading = world.peers.room(room).history(one.user, 'older', 100, 10)
    await world.pass(100)
    disk.heal()
    await world.until(sending)
    const page = await world.until(reading)
    if ('refused' in page) return expect.unreachable()
    expect(page.ok.records.length).toBe(page.ok.head)
  })

  test('P6: what comes to a room in order is decided in order, also where a number must be read behind a commit', async () => {
    const disk = roomDisk()
    const world = await SmallWorld.start({ disk: disk.faults })
    const [one, two] = await world.members('one', 'two')
    if (!one || !two) return expect.unreachable()
    const room = await world.group(one, two)
    const known = world.id('producer')
    const say = (n: number) => ({ user: one.user, producer: known, n, text: `${n}` })
    await world.send(room, one, known, 1, '1')
    disk.hold()
    const peer = world.peers.room(room)
    const newcomer = { user: two.user, producer: world.id('producer'), n: 1, text: 'new' }
    const sent = [peer.send([say(2)]), peer.send([say(3), newcomer]), peer.send([say(4)])]
    const left = peer.leave(one.user)
    await world.pass(100)
    disk.heal()
    expect(
      (await world.until(Promise.all(sent))).flatMap((outcome) => ('ok' in outcome ? outcome.ok : outcome)),
    ).toEqual([3, 4, 5, 6].map((seq) => ({ stored: { seq } })))
    expect(await world.until(left)).toEqual({ ok: null })
  })

  test('T2: after a crash all changes of a turn are there, or none', async () => {
    for (const reached of [0, 1]) {
      const disk = roomDisk()
      const world = await SmallWorld.start({ disk: disk.faults })
      const [one] = await world.members('one')
      if (!one) return expect.unreachable()
      const room = await world.group(one)
      disk.hold()
      const producer = world.id('producer')
      void world.peers.room(room).send([
        { user: one.user, producer, n: 1, text: 'a' },
        { user: one.user, producer, n: 2, text: 'b' },
      ])
      await world.pass(100)
      world.disk.crash(() => reached)
      const texts = await world.texts(room)
      const producers = await world.table('room', room, 'producers')
      expect(texts).toEqual(reached ? ['a', 'b'] : [])
      expect(producers).toMatchObject(reached ? [[producer, { n: 2 }]] : [])
    }
  })

  test('T3: a failed commit is answered retry, and the next call finds what is stored', async () => {
    const disk = roomDisk()
    const world = await SmallWorld.start({ disk: disk.faults })
    const [one] = await world.members('one')
    if (!one) return expect.unreachable()
    const room = await world.group(one)
    const producer = world.id('producer')
    await world.send(room, one, producer, 1, 'stored')
    disk.fail()
    expect(await world.send(room, one, producer, 2, 'lost')).toMatchObject({ refused: { kind: 'retry' } })
    disk.heal()
    expect(await world.send(room, one, producer, 2, 'again')).toEqual({ ok: [{ stored: { seq: 3 } }] })
    expect(await world.texts(room)).toEqual(['stored', 'again'])
  })

  test('T4, T5: an effect whose target is down is carried out later, also after a crash', async () => {
    let down = true
    const world = await SmallWorld.start({
      disk: {
        sync: async (actor) => (down && actor === `user/${target}` ? Promise.reject(new Error('down')) : undefined),
      },
    })
    let target = ''
    const [one, two] = await world.members('one', 'two')
    if (!one || !two) return expect.unreachable()
    target = two.user
    const room = await world.group(one, two)
    expect(await world.table('user', two.user, 'rooms')).toEqual([])
    expect(await world.table('room', room, 'outbox')).toMatchObject([
      [expect.any(Number), { do: 'add', user: two.user }],
    ])
    world.machine.crash()
    down = false
    await world.until(world.machine.start())
    await world.pass(12_000)
    expect(await world.table('user', two.user, 'rooms')).toMatchObject([[room, { member: true }]])
    expect(await world.table('room', room, 'outbox')).toEqual([])
    expect(await world.table('room', room, 'agenda')).toEqual([])
  })
})

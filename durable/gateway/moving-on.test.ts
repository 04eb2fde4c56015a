import { expect, test } from 'vitest'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'

/** One who is in so many rooms that catching up takes more than a client may be sent at once. */
async function stage() {
  const world = await SmallWorld.start({
    limits: { roomsPerMinute: 10_000, messagesPerSecond: 10_000, messageBurst: 10_000 },
  })
  const [one] = (await world.members('one')) as [Member]
  for (let i = 0; i < 60; i++) {
    const room = await world.group(one)
    await world.send(room, one, world.id('producer'), 1, ...Array.from({ length: 4 }, () => 'x'.repeat(12_000)))
  }
  const big = await world.group(one)
  await world.send(big, one, world.id('producer'), 1, ...Array.from({ length: 40 }, () => 'x'.repeat(16_000)))
  async function enter() {
    const socket = await world.socket()
    await socket.ask({ type: 'hello', versions: [1], client: 'test' }, 'welcome')
    await socket.ask({ type: 'authenticate', id: 1, token: one.token }, 'session')
    return socket
  }
  return { world, one, big, enter }
}

async function drainsWithin(world: SmallWorld, ms: number): Promise<void> {
  let drained = false
  void world.machine.drain().then(() => (drained = true))
  await world.pass(ms)
  expect(drained).toBe(true)
}

test('G8: a connection that is lost in the middle of catching up holds up no drain', async () => {
  const { world, enter } = await stage()
  const socket = await enter()
  // An honest client on a slow network: it is told as much as it has room for, and is gone.
  await socket.say({ type: 'sync', id: 2, rooms: [] })
  await world.pass(5_000)
  await socket.drop()
  await world.pass(60_000)
  await drainsWithin(world, 120_000)
})

test('G8: nor do pages that wait for a client that is gone', async () => {
  const { world, enter, big } = await stage()
  const socket = await enter()
  for (let id = 10; id < 20; id++)
    await socket.say({ type: 'history', id, room: big, direction: 'newer', anchor: 0, limit: 100 })
  await world.pass(5_000)
  await socket.drop()
  await world.pass(60_000)
  await drainsWithin(world, 120_000)
})

test('G8: nor does a client that is there and does not read', async () => {
  const { world, enter } = await stage()
  const socket = await enter()
  await socket.say({ type: 'sync', id: 2, rooms: [] })
  await world.pass(5_000)
  await drainsWithin(world, 20_000)
})

test('C1: what was asked for before a sync is answered, or refused for now', async () => {
  const world = await SmallWorld.start()
  const [one] = (await world.members('one')) as [Member]
  const room = await world.group(one)
  const socket = await world.enter(one)
  await socket.frame(
    JSON.stringify([
      { type: 'history', id: 10, room, direction: 'older', anchor: 99, limit: 50 },
      { type: 'list-members', id: 11, room },
      { type: 'sync', id: 12, rooms: [] },
    ]),
  )
  await world.pass(30_000)
  const re = socket.heard.flatMap((e) => ('re' in e ? [[e.type, e.re]] : []))
  expect(re.some(([, id]) => id === 10)).toBe(true)
  expect(re.some(([, id]) => id === 11)).toBe(true)
})

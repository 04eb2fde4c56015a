import { expect, test } from 'vitest'
import { toUtf8 } from '#protocol/text.ts'
import { declarationOf, keepFile } from '#tests/support/files.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { directoryShard } from './identity.ts'
import { identityOf } from './user/file-rows.ts'

/** Why: what is decided is in memory at once, and may still fail: nobody is told of it before. */

/** Commits of these actors wait, each until its gate is opened. */
function gated(matches: (actor: string) => boolean) {
  const state = { holds: false, gates: [] as PromiseWithResolvers<void>[] }
  return {
    state,
    faults: {
      async sync(actor: string) {
        if (!state.holds || !matches(actor)) return
        const gate = Promise.withResolvers<void>()
        state.gates.push(gate)
        await gate.promise
      },
    },
  }
}

test('T1: a sync is told no room whose commit is still open', async () => {
  let readGate: PromiseWithResolvers<void> | undefined
  let target = ''
  const { state, faults } = gated((actor) => actor === `user/${target}`)
  const world = await SmallWorld.start({
    disk: { ...faults, read: (actor) => (actor === `user/${target}` ? readGate?.promise : undefined) },
  })
  const [one, two] = (await world.members('one', 'two')) as [Member, Member]
  target = two.user
  await world.group(one, two)
  const sub = { gateway: 'g0', generation: 'x' }
  await world.until(world.peers.user(two.user).attach(two.device, 0, sub))
  readGate = Promise.withResolvers()
  let told: { ok?: { rooms: string[] } } = {}
  void world.peers
    .user(two.user)
    .attach(two.device, 0, sub)
    .then((x) => (told = x as never))
  await world.pass(50)
  state.holds = true
  const room = world.id('group')
  void world.peers.room(room).createGroup(one.user, 'x', [two.user])
  await world.pass(500)
  expect(state.gates.length).toBe(1)
  readGate.resolve()
  await world.pass(100)
  expect(told.ok?.rooms ?? []).not.toContain(room)
})

test('T1: no page is read for a member who is not durable yet', async () => {
  const { state, faults } = gated((actor) => actor.startsWith('room/'))
  const world = await SmallWorld.start({ disk: faults })
  const [one, two] = (await world.members('one', 'two')) as [Member, Member]
  const room = await world.group(one)
  state.holds = true
  void world.peers.room(room).invite(one.user, [two.user])
  await world.pass(100)
  let told: unknown
  void world.peers
    .room(room)
    .history(two.user, 'older', 100, 10)
    .then((x) => (told = x))
  await world.pass(100)
  expect(told).toBeUndefined()
})

test('T1: nobody is refused for good because of a room that may still not come about', async () => {
  const { state, faults } = gated((actor) => actor.startsWith('room/'))
  const world = await SmallWorld.start({ disk: faults })
  const [one, two] = (await world.members('one', 'two')) as [Member, Member]
  state.holds = true
  const room = world.id('group')
  void world.peers.room(room).createGroup(one.user, 'a', [])
  await world.pass(100)
  let told: unknown
  void world.peers
    .room(room)
    .createGroup(two.user, 'b', [])
    .then((x) => (told = x))
  await world.pass(100)
  expect(told).toBeUndefined()
})

test('I12: no object is deleted whose doom is not durable yet', async () => {
  const { state, faults } = gated((actor) => actor.startsWith('directory/'))
  let reads = Number.NEGATIVE_INFINITY
  const slow = Promise.withResolvers<void>()
  let shard = ''
  const world = await SmallWorld.start({
    disk: { ...faults, read: (actor) => (actor === `directory/${shard}` && ++reads === 2 ? slow.promise : undefined) },
    limits: { uploadsPerMinute: 1000 },
  })
  const [one, two] = (await world.members('one', 'two')) as [Member, Member]
  const shardOf = (b: Uint8Array) => directoryShard(identityOf(declarationOf('f' as never, b)))
  const a = toUtf8('first')
  shard = shardOf(a)
  let b = toUtf8('second')
  for (let i = 0; shardOf(b) !== shard; i++) b = toUtf8(`second ${i}`)
  const fileA = await keepFile(world, one, a)
  await world.until(world.peers.user(one.user).dropFile(fileA))
  await world.pass(5_000)
  const fileB = await keepFile(world, one, b)
  expect(world.machine.objects.keys).toHaveLength(1)
  const at = world.disk.alarmOf(`directory/${shard}`) ?? 0
  await world.pass(at - world.clock.now() - 50)
  state.holds = true
  reads = 0
  // B is given up; one of the reads for it takes 100 ms, in which A is due to be deleted once more.
  void world.peers.user(one.user).dropFile(fileB)
  await world.pass(100)
  expect(state.gates).toHaveLength(1)
  slow.resolve()
  await world.pass(10)
  expect(state.gates).toHaveLength(2)
  expect(world.machine.objects.keys).toHaveLength(1)
  state.gates[0]?.resolve()
  await world.pass(10)
  world.machine.crash()
  state.holds = false
  await world.until(world.machine.start())
  const fileC = await keepFile(world, two, b)
  await world.pass(20_000)
  const rows = await world.table('user', two.user, 'files')
  const row = rows.find(([id]) => id === fileC)?.[1] as { key: string; state: string }
  expect(world.machine.objects.keys).toContain(row.key)
})

import type { RoomId, UserId } from '#protocol/ids.ts'
import type { Device } from './device.ts'
import { checkCache, checkTimelines, serverHead } from './invariants.ts'
import { Violation } from './witness.ts'
import { type Variant, World } from './world.ts'

const ACTIONS = 120
const SETTLES_WITHIN_MS = 120_000

export type Report = { readonly faults: Record<string, number>; readonly messages: number }

/** Three people talk in a group and in pairs while everything fails that may. Throws a Violation. */
export async function runScenario(seed: number, variant: Variant = {}): Promise<Report> {
  const world = new World(seed, variant)
  const rooms = await settleIn(world)
  world.machine.isFaulty = true
  const faults: Record<string, number> = {}
  for (let i = 0; i < ACTIONS; i++) {
    const done = act(world, rooms)
    faults[done] = (faults[done] ?? 0) + 1
    await world.clock.advance(world.random.int(0, 250))
  }
  world.machine.isFaulty = false
  await settle(world)
  await checkTimelines(world, rooms)
  for (const device of world.devices) checkCache(device)
  return { faults, messages: world.witness.acknowledged.length }
}

async function settleIn(world: World): Promise<RoomId[]> {
  const { machine } = world
  await world.until(machine.start())
  const [one, two, three] = ['one', 'two', 'three'].map((name) => world.addDevice(name)) as [Device, Device, Device]
  for (const device of world.devices) await world.until(device.start())
  const register = (device: Device, invitation: string) =>
    world.until(device.snug.register({ invitation, handle: device.name, name: device.name, password: 'correct horse' }))
  await register(one, await world.until(machine.firstInvitation()))
  const { code } = await world.until(one.snug.createInvitation(2))
  await register(two, code)
  await register(three, code)
  const group = await world.until(one.snug.createGroup('Everybody', [userOf(two), userOf(three)]))
  const direct = await world.until(one.snug.openDirect(userOf(two)))
  await world.clock.advance(2_000)
  return [group, direct]
}

function userOf({ name, snug }: Device): UserId {
  if (snug.account.status !== 'logged-in') throw new Error(`${name} is not logged in`)
  return snug.account.user
}

/** One thing that somebody does, or that goes wrong. */
function act(world: World, rooms: readonly RoomId[]): string {
  const { random, machine } = world
  const device = random.pick(world.devices)
  const room = random.pick(rooms)
  const roll = random.next()
  if (roll < 0.6) {
    if (device.snug.rooms.has(room)) device.send(room)
    return 'send'
  }
  if (roll < 0.66) {
    device.snug.markRead(room, device.snug.rooms.get(room)?.head ?? 0)
    return 'mark read'
  }
  if (roll < 0.7) {
    device.snug.loadOlder(room).catch(() => {})
    return 'load older'
  }
  if (roll < 0.78) {
    device.isCut = random.chance(0.5)
    return 'network'
  }
  if (roll < 0.84) {
    device.break()
    return 'connection lost'
  }
  if (roll < 0.89) {
    checkCache(device)
    device.restart()
    return 'device restarted'
  }
  if (roll < 0.95) {
    machine.evict(random.pick(['room', 'user', 'directory']))
    return 'actor evicted'
  }
  if (roll < 0.98) return machine.hibernate() ? 'gateway out of memory' : 'gateway busy'
  machine.crash()
  world.clock.after(random.int(50, 2_000), () => void machine.start())
  return 'host killed'
}

/** Mends everything, and lets time pass until all agree. */
async function settle(world: World): Promise<void> {
  for (const device of world.devices) device.isCut = false
  for (let passed = 0; passed < SETTLES_WITHIN_MS; passed += 500) {
    await world.clock.advance(500)
    if (await isSettled(world)) return
  }
  throw new Violation('I13', `not everybody agrees after ${SETTLES_WITHIN_MS} ms: ${await describe(world)}`)
}

async function isSettled(world: World): Promise<boolean> {
  for (const { snug } of world.devices) {
    if (snug.connection.status !== 'live') return false
    for (const room of snug.rooms.values()) {
      if (room.outgoing.some(({ refusal }) => !refusal)) return false
      if (room.records.at(-1)?.seq !== (await serverHead(world, room.id))) return false
    }
  }
  return world.devices.length > 0
}

async function describe(world: World): Promise<string> {
  const lines = world.devices.map(({ name, snug }) => {
    const rooms = [...snug.rooms.values()].map((room) => `${room.records.at(-1)?.seq}/${room.outgoing.length} waiting`)
    return `${name} is ${snug.connection.status}, ${rooms.join(', ')}`
  })
  return lines.join('; ')
}

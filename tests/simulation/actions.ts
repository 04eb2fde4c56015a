import type { RoomView } from '#client/model.ts'
import type { UserId } from '#protocol/ids.ts'
import { attempt, inRoom } from './attempts.ts'
import { fetchFile, giveUpUpload, sendFiles, tryUploadAgain } from './file-actions.ts'
import { PASSWORD } from './password.ts'
import type { Device } from './people/device.ts'
import type { World } from './world.ts'

const MOST_DEVICES = 5
const MOST_GROUPS = 3

/** What people do: how often (relative to each other), and how; false when it was not possible just now. */
type Action = { readonly name: string; readonly weight: number; act(world: World, device: Device): boolean }

const ACTIONS: readonly Action[] = [
  { name: 'write', weight: 26, act: (world, device) => inRoom(world, device, (room) => device.send(room.id)) },
  {
    name: 'write several',
    weight: 5,
    act: (world, device) =>
      inRoom(world, device, (room) => {
        for (let n = world.random.int(2, 4); n > 0; n--) device.send(room.id)
      }),
  },
  {
    name: 'read all',
    weight: 8,
    act: (world, device) => inRoom(world, device, ({ id, head }) => device.snug.markRead(id, head)),
  },
  {
    name: 'read up to an older place',
    weight: 6,
    act: (world, device) =>
      inRoom(world, device, ({ id, floor, head }) => device.snug.markRead(id, world.random.int(floor, head))),
  },
  {
    name: 'load older',
    weight: 6,
    act: (world, device) => inRoom(world, device, ({ id }) => attempt(world, device.snug.loadOlder(id))),
  },
  { name: 'invite', weight: 8, act: invite },
  {
    name: 'leave',
    weight: 5,
    act: (world, device) => inGroup(world, device, ({ id }) => attempt(world, device.snug.leave(id))),
  },
  { name: 'remove a member', weight: 3, act: remove },
  { name: 'open a group', weight: 3, act: openGroup },
  { name: 'open a direct room', weight: 2, act: openDirect },
  { name: 'ask who is there', weight: 3, act: ask },
  { name: 'discard what was refused', weight: 2, act: discard },
  { name: 'send files', weight: 2, act: sendFiles },
  { name: 'give up files on their way', weight: 1, act: giveUpUpload },
  { name: 'try again with refused files', weight: 0.5, act: tryUploadAgain },
  { name: 'fetch a file', weight: 1, act: fetchFile },
  { name: 'log out', weight: 1.5, act: logOut },
  { name: 'log another device out', weight: 2, act: revokeAnother },
]

/** Done by devices on which nobody is logged in, or by new ones. */
const ENTRANCES: readonly Action[] = [
  { name: 'log in', weight: 4, act: logIn },
  { name: 'make an account', weight: 2, act: register },
]

export const ACTION_NAMES = [...ACTIONS, ...ENTRANCES].map(({ name }) => name)

const TOTAL_WEIGHT = [...ACTIONS, ...ENTRANCES].reduce((total, { weight }) => total + weight, 0)

/** One thing that somebody does; counted when it was possible. */
export function act(world: World): void {
  const { random, devices, coverage } = world
  let roll = random.next() * TOTAL_WEIGHT
  for (const actions of [ACTIONS, ENTRANCES]) {
    for (const action of actions) {
      roll -= action.weight
      if (roll >= 0) continue
      const able = actions === ENTRANCES ? devices : devices.filter(({ user }) => user !== undefined)
      if (able.length > 0 && action.act(world, random.pick(able))) coverage.action(action.name)
      return
    }
  }
}

function inGroup({ random }: World, { rooms }: Device, act: (room: RoomView) => void): boolean {
  const groups = rooms.filter(({ kind }) => kind === 'group')
  if (groups.length > 0) act(random.pick(groups))
  return groups.length > 0
}

function others(world: World, { user }: Device): UserId[] {
  return [...world.people.values()].filter((other) => other !== user)
}

function invite(world: World, device: Device): boolean {
  return inGroup(world, device, ({ id }) => {
    const guests = others(world, device).filter(() => world.random.chance(0.5))
    attempt(world, device.snug.invite(id, guests.length > 0 ? guests : others(world, device).slice(0, 1)))
  })
}

/** Only the owner may: most who try are refused. */
function remove(world: World, device: Device): boolean {
  return inGroup(world, device, ({ id }) =>
    attempt(world, device.snug.removeMember(id, world.random.pick(others(world, device)))),
  )
}

function openGroup(world: World, device: Device): boolean {
  const groups = [...world.truth.rooms.keys()].filter((room) => room.startsWith('g_'))
  if (groups.length >= MOST_GROUPS) return false
  const members = others(world, device).filter(() => world.random.chance(0.6))
  attempt(world, device.snug.createGroup(`Group ${groups.length}`, members))
  return true
}

function openDirect(world: World, device: Device): boolean {
  attempt(world, device.snug.openDirect(world.random.pick(others(world, device))))
  return true
}

function ask(world: World, device: Device): boolean {
  return inRoom(world, device, ({ id }) => {
    attempt(world, device.snug.members(id))
    attempt(world, device.snug.findUser(world.random.pick([...world.people.keys()])))
  })
}

function discard(world: World, device: Device): boolean {
  const refused = device.rooms.flatMap(({ outgoing }) => outgoing.filter(({ refusal }) => refusal))
  if (refused.length > 0) attempt(world, device.snug.discard(world.random.pick(refused)))
  return refused.length > 0
}

/** Somebody always has one device left, so that there is somebody to agree with. */
function logOut(world: World, device: Device): boolean {
  const isLast = !world.devices.some((other) => other !== device && other.user === device.user)
  if (!isLast) attempt(world, device.snug.logOut())
  return !isLast
}

function revokeAnother(world: World, { snug }: Device): boolean {
  const revoke = async () => {
    const rest = (await snug.devices()).filter(({ current }) => !current)
    if (rest.length > 0) await snug.revokeDevice(world.random.pick(rest).device)
  }
  attempt(world, revoke())
  return true
}

function logIn(world: World, device: Device): boolean {
  const { devices, people, random } = world
  if (device.user === undefined && people.has(device.handle)) {
    attempt(
      world,
      device.enter(() => device.snug.logIn({ handle: device.handle, password: PASSWORD })),
    )
    return true
  }
  if (devices.length >= MOST_DEVICES || people.size === 0) return false
  const handle = random.pick([...people.keys()])
  const added = world.addDevice(handle, `${handle} ${devices.length + 1}`)
  attempt(world, added.start())
  attempt(
    world,
    added.enter(() => added.snug.logIn({ handle, password: PASSWORD })),
  )
  return true
}

function register(world: World): boolean {
  const newcomer = world.devices.find(({ handle, user }) => user === undefined && !world.people.has(handle))
  if (newcomer) attempt(world, newcomer.register(world.invitation))
  return newcomer !== undefined
}

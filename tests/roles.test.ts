import { beforeEach, describe, expect, test } from 'vitest'
import { directRoomId } from '#durable/identity.ts'
import type { RoomId } from '#protocol/ids.ts'
import type { Up } from '#protocol/up.ts'
import { type EveryEvent, everyEvent } from './support/every-event.ts'
import { roleTable } from './support/role-tables.ts'
import { type Member, type SmallSocket, SmallWorld } from './support/small-world.ts'

const allowed = roleTable('R1')
const ROLES = ['nobody', 'outsider', 'gone', 'member', 'owner', 'direct', 'server'] as const
type Role = (typeof ROLES)[number]

/** Which of the refusals say that one may not, whatever else is right. */
const REFUSED = ['out-of-turn', 'forbidden', 'malformed']

describe('who may do what', () => {
  let world: SmallWorld
  let people: Record<Exclude<Role, 'nobody'>, Member>
  let group: RoomId
  let direct: RoomId

  beforeEach(async () => {
    world = await SmallWorld.start()
    const [server, owner, member, gone, outsider] = (await world.members(
      'server',
      'owner',
      'member',
      'gone',
      'out',
    )) as [Member, Member, Member, Member, Member]
    people = { server, owner, member, gone, outsider, direct: member }
    group = await world.group(owner, member, gone)
    await world.until(world.peers.room(group).leave(gone.user))
    direct = directRoomId(member.user, owner.user)
    await world.until(world.peers.room(direct).openDirect(member.user, owner.user))
    await world.send(direct, owner, world.id('producer'), 1, 'Hello')
    await world.pass(100)
  })

  /** What somebody tries, by its type. */
  function attempts(role: Role): EveryEvent {
    const room = role === 'direct' ? direct : group
    const self = role === 'nobody' ? people.outsider : people[role]
    const other = role === 'owner' || role === 'member' ? people.gone.user : people.owner.user
    const fresh = { producer: world.id('producer'), newUser: world.id('user'), newDevice: world.id('device') }
    const events = everyEvent({ ...self, ...fresh, room, other })
    return { ...events, 'invite-members': { ...events['invite-members'], users: [people.outsider.user] } }
  }

  async function socketOf(role: Role, event: Up): Promise<SmallSocket> {
    if (role !== 'nobody') return world.enter(people[role])
    const socket = await world.socket()
    if (event.type !== 'hello') await socket.ask({ type: 'hello', versions: [1], client: 'x' }, 'welcome')
    return socket
  }

  /** Everything that is kept of both rooms and of whoever is in them. */
  async function kept(): Promise<unknown> {
    const tables = [group, direct].flatMap((room) =>
      ['room', 'members', 'timeline', 'producers'].map((table) => world.table('room', room, table)),
    )
    const rooms = Object.values(people).map(({ user }) => world.table('user', user, 'rooms'))
    return Promise.all([...tables, ...rooms])
  }

  async function outcomeOf(role: Role, type: Up['type']): Promise<{ word: string; changed: boolean }> {
    const event = attempts(role)[type]
    const socket = await socketOf(role, event)
    const before = await kept()
    const from = socket.heard.length
    await socket.say(event)
    await world.pass(2_000)
    const changed = JSON.stringify(await kept()) !== JSON.stringify(before)
    const answer = socket.heard.slice(from).find((heard) => heard.type === 'failed' || heard.type === 'refused')
    const kind = answer && 'refusal' in answer ? answer.refusal.kind : 'yes'
    return { word: REFUSED.includes(kind) ? kind : 'yes', changed }
  }

  test('R1: the table of durable/SPEC.md has a row for everything a client can say', () => {
    expect([...allowed.keys()].sort()).toEqual(Object.keys(attempts('nobody')).sort())
    for (const row of allowed.values()) expect([...row.keys()]).toEqual([...ROLES])
  })

  test.each(ROLES.flatMap((role) => [...allowed.keys()].map((action) => [role, action] as const)))(
    'R1: %s, %s',
    async (role, action) => {
      const { word, changed } = await outcomeOf(role, action as Up['type'])
      expect(word).toBe(allowed.get(action)?.get(role))
      if (word !== 'yes') expect(changed).toBe(false)
    },
  )
})

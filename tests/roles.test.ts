import { beforeEach, describe, expect, test } from 'vitest'
import { directRoomId } from '#durable/identity.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { Up } from '#protocol/up.ts'
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
    await world.pass(100)
  })

  /** What somebody tries, by its type: one that is missing does not compile. */
  function attempts(role: Role): { [Type in Up['type']]: Extract<Up, { type: Type }> } {
    const room = role === 'direct' ? direct : group
    const self = role === 'nobody' ? people.outsider : people[role]
    const other: UserId = role === 'owner' || role === 'member' ? people.gone.user : people.owner.user
    const producer = world.id('producer')
    const names = { handle: 'somebody', name: 'Some', password: 'a long password', deviceName: 'x' }
    const device = world.id('device')
    return {
      hello: { type: 'hello', versions: [1], client: 'x' },
      register: { type: 'register', id: 9, user: world.id('user'), device, invitation: 'A'.repeat(22), ...names },
      'log-in': { type: 'log-in', id: 9, device, ...names },
      authenticate: { type: 'authenticate', id: 9, token: self.token },
      ping: { type: 'ping' },
      acknowledge: { type: 'acknowledge', bytes: 1 },
      sync: { type: 'sync', id: 9, rooms: [] },
      send: { type: 'send', room, producer, n: 1, text: 'x' },
      skip: { type: 'skip', room, producer, n: 1 },
      history: { type: 'history', id: 9, room, direction: 'older', anchor: 9, limit: 9 },
      'mark-read': { type: 'mark-read', room, seq: 1 },
      'mark-received': { type: 'mark-received', room, seq: 1 },
      typing: { type: 'typing', room },
      'list-members': { type: 'list-members', id: 9, room },
      'invite-members': { type: 'invite-members', id: 9, room, users: [people.outsider.user] },
      leave: { type: 'leave', id: 9, room },
      'create-group': { type: 'create-group', id: 9, room, title: 'Mine', members: [] },
      'open-direct': { type: 'open-direct', id: 9, user: other },
      'find-user': { type: 'find-user', id: 9, handle: 'owner' },
      'get-profiles': { type: 'get-profiles', id: 9, users: [other] },
      'get-presence': { type: 'get-presence', id: 9, user: other },
      'create-invitation': { type: 'create-invitation', id: 9, uses: 1 },
      'create-account': { type: 'create-account', id: 9, user: world.id('user'), device, ...names },
      'list-devices': { type: 'list-devices', id: 9 },
      'revoke-device': { type: 'revoke-device', id: 9, device: self.device },
    }
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

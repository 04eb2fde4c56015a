import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Membership, NOT_A_MEMBER } from '#durable/room/membership.ts'
import { Room } from '#durable/room/room.ts'
import { User } from '#durable/user/user.ts'
import { ok, refuse } from '#protocol/errors.ts'
import type { Up } from '#protocol/up.ts'
import { ROLES, type Role, RoleStage } from './support/role-stage.ts'
import { roleTable } from './support/role-tables.ts'

const allowed = roleTable('R1')

/** What a refused action may leave behind, and why. */
const TRACES: { readonly [Type in Up['type']]?: readonly string[] } = {
  // Asking counts toward the rooms that one may open in a minute: whoever guesses ids is slowed down too.
  'create-group': ['user rates'],
}

describe('who may do what', () => {
  let stage: RoleStage

  beforeEach(async () => {
    stage = await RoleStage.set()
  })

  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('R1: the table of durable/SPEC.md has a row for everything a client can say', () => {
    expect([...allowed.keys()].sort()).toEqual(Object.keys(stage.attempts('nobody')).sort())
    for (const row of allowed.values()) expect([...row.keys()]).toEqual([...ROLES])
  })

  test.each(ROLES.flatMap((role) => [...allowed.keys()].map((action) => [role, action as Up['type']] as const)))(
    'R1: %s, %s',
    async (role, action) => {
      const { word, changed, overheard } = await stage.outcomeOf(role, action)
      expect(word).toBe(allowed.get(action)?.get(role))
      if (word === 'yes') return
      expect(changed.filter((table) => !TRACES[action]?.includes(table))).toEqual([])
      expect(overheard).toEqual([])
    },
  )

  const member = { role: 'member', floor: 1, read: 1, readOrd: 0 } as const

  test.each<[string, Role, Up['type'], () => void, object]>([
    [
      'a room that takes everybody for a member',
      'outsider',
      'history',
      () => vi.spyOn(Membership.prototype, 'of').mockReturnValue(member),
      { word: 'yes' },
    ],
    [
      'a room that does not tell who writes',
      'member',
      'typing',
      () => vi.spyOn(Room.prototype, 'typing').mockResolvedValue(ok(null)),
      { word: 'silence' },
    ],
    [
      'a room that refuses whom it lets in',
      'outsider',
      'list-members',
      () =>
        vi.spyOn(Room.prototype, 'members').mockImplementation(async (user) => {
          const { people, world } = stage
          await world.peers.room(stage.group).invite(people.owner.user, [user])
          return NOT_A_MEMBER
        }),
      { word: 'forbidden', changed: expect.arrayContaining(['room members', 'user inbox']) },
    ],
    [
      'an account that is made and refused',
      'member',
      'create-account',
      () =>
        vi.spyOn(User.prototype, 'createAccount').mockImplementation(async (user, account) => {
          await stage.world.peers.user(user).openAccount(account)
          return refuse('forbidden', 'only the owner of the server makes accounts')
        }),
      { word: 'forbidden', changed: expect.arrayContaining(['directory claims', 'user account', 'user devices']) },
    ],
    [
      'an invitation that is made and refused',
      'member',
      'create-invitation',
      () =>
        vi.spyOn(User.prototype, 'createInvitation').mockImplementation(async () => {
          await stage.world.peers.directory('').addInvitation('hash', 'member', 1, 0)
          return refuse('forbidden', 'only the owner of the server invites')
        }),
      { word: 'forbidden', changed: ['directory invitations'] },
    ],
    [
      'a room that tells what it refuses',
      'outsider',
      'typing',
      () =>
        vi.spyOn(Room.prototype, 'typing').mockImplementationOnce(async () => {
          await stage.world.peers.room(stage.group).typing(stage.people.owner.user)
          return NOT_A_MEMBER
        }),
      { word: 'forbidden', changed: [], overheard: [expect.objectContaining({ type: 'typing' })] },
    ],
  ])('R1: %s is seen', async (_, role, action, breakIt, seen) => {
    breakIt()
    expect(await stage.outcomeOf(role, action)).toMatchObject(seen)
  })
})

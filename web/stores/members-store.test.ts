import { makeAutoObservable, observableRef } from 'mobx'
import { expect, test } from 'vitest'
import { type Connection, type ProfileView, RefusedError, type RoomView } from '#client/index.ts'
import { refuse } from '#protocol/errors.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import { MembersStore } from './members-store.ts'

const ROOM = 'g_room' as RoomId
const [ALICE, BOB] = ['u_alice' as UserId, 'u_bob' as UserId]

class Surroundings {
  members: { user: UserId; role: 'owner' | 'member'; read: number }[] = [
    { user: ALICE, role: 'owner', read: 0 },
    { user: BOB, role: 'member', read: 0 },
  ]
  records: TimelineRecord[] = []
  connection: Connection = { status: 'live' }
  listRefusal: RefusedError | undefined = undefined
  readonly invited: UserId[] = []
  readonly removed: UserId[] = []

  constructor() {
    makeAutoObservable(this, {
      records: observableRef,
      members: false,
      invited: false,
      removed: false,
      listRefusal: false,
      store: false,
    })
  }

  store(): MembersStore {
    return new MembersStore(ROOM, {
      client: {
        members: async () => {
          if (this.listRefusal) throw this.listRefusal
          return [...this.members]
        },
        invite: async (_room, users) => void this.invited.push(...users),
        removeMember: async (_room, user) => void this.removed.push(user),
        leave: async () => {},
        findUser: async (handle): Promise<ProfileView> => ({ user: `u_${handle}` as UserId, handle, name: handle }),
      },
      rooms: { get: () => ({ records: this.records }) as unknown as RoomView },
      session: this.session,
    })
  }

  get session() {
    return { me: { user: ALICE }, connection: this.connection } as ConstructorParameters<
      typeof MembersStore
    >[1]['session']
  }

  happens(kind: 'left' | 'joined', user: UserId): void {
    const seq = this.records.length + 1
    this.records = [...this.records, { v: 1, seq, ord: 0, at: 0, by: user, kind, user }]
  }
}

test('the list follows who comes and goes, and who owns the group then', async () => {
  const around = new Surroundings()
  const store = around.store()
  const stop = store.watch()
  await expect.poll(() => store.members?.length).toBe(2)
  around.members = [{ user: BOB, role: 'owner', read: 0 }]
  around.happens('left', ALICE)
  await expect.poll(() => store.members).toEqual(around.members)
  stop()
  around.members = []
  around.happens('left', BOB)
  await Promise.resolve()
  expect(store.members).toHaveLength(1)
})

test('the owner can remove the others, and nobody else can', async () => {
  const around = new Surroundings()
  const store = around.store()
  expect(store.canRemove(BOB)).toBe(false)
  await store.load()
  expect([ALICE, BOB].map((user) => store.canRemove(user))).toEqual([false, true])
  around.members = [{ user: ALICE, role: 'owner', read: 0 }]
  expect(await store.remove(BOB)).toBe(true)
  expect(around.removed).toEqual([BOB])
  expect(store.members).toEqual(around.members)
  around.members = [
    { user: ALICE, role: 'member', read: 0 },
    { user: BOB, role: 'owner', read: 0 },
  ]
  await store.load()
  expect([ALICE, BOB].map((user) => store.canRemove(user))).toEqual([false, false])
})

test('what was done is not taken for refused where only the list cannot be had after it', async () => {
  const around = new Surroundings()
  const store = around.store()
  await store.load()
  around.listRefusal = new RefusedError(refuse('busy', 'not now').refused)
  expect(await store.remove(BOB)).toBe(true)
  store.adding.type('carol')
  expect(await store.add()).toBe(true)
  expect([store.removing.refusal, store.inviting.refusal]).toEqual([undefined, undefined])
  expect([around.removed, around.invited]).toEqual([[BOB], ['u_carol']])
})

test('somebody who is in already is not added again, and it says so', async () => {
  const around = new Surroundings()
  const store = around.store()
  await store.load()
  for (const [handle, problem] of [
    ['bob', 'already-in'],
    ['alice', 'yourself'],
  ] as const) {
    store.adding.type(handle)
    expect(await store.add()).toBe(false)
    expect(store.adding.problem).toBe(problem)
  }
  store.adding.type('carol')
  expect(await store.add()).toBe(true)
  expect(around.invited).toEqual(['u_carol'])
  expect(store.adding.people).toEqual([])
})

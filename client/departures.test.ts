import { expect, test } from 'vitest'
import { makeId, type RoomId, type UserId } from '#protocol/ids.ts'
import type { RoomHead } from '#protocol/room-head.ts'
import { SeededRandom } from '#tests/simulation/seeded-random.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import { HandLink } from '#tests/support/hand-link.ts'
import { Tabs } from '#tests/support/tabs.ts'
import type { Store } from './ports/store.ts'
import { Snug } from './snug.ts'
import { memoryStore } from './stores/memory-store.ts'

const known = makeId('group', new Uint8Array(16).fill(1))
const A = makeId('user', new Uint8Array(16).fill(1))
const B = makeId('user', new Uint8Array(16).fill(2))
const deviceOf = (user: UserId) => makeId('device', new Uint8Array(16).fill(user === A ? 1 : 2))
const tokenOf = (user: UserId) => `${user}.${deviceOf(user)}.${(user === A ? 's' : 't').repeat(43)}`

function headOf(room: RoomId): RoomHead {
  const counts = { members: 1, rev: 1, floor: 1, seq: 0, ord: 0, read: 0, unread: 0 }
  return { room, kind: 'group', title: 'Plans', ...counts, others: [], records: [] }
}

/** A page of the device; the test is its server. */
class Tab {
  link = new HandLink()
  snug: Snug
  readonly clock: VirtualClock

  constructor(clock: VirtualClock, store: Store, tabs: Tabs, seed: number) {
    this.clock = clock
    const random = new SeededRandom(seed)
    this.snug = new Snug({
      url: 'ws://test/ws',
      store,
      deviceName: 'test',
      link: this.link,
      clock,
      random: (length: number) => random.bytes(length),
      neighbours: tabs.open(),
    })
  }

  async connect() {
    this.link.open()
    await this.clock.advance(0)
    this.link.say({ type: 'welcome', version: 1, server: 'x', transport: 'https' })
    await this.clock.advance(0)
  }

  letIn(re: number, who: UserId) {
    this.link.say({
      type: 'session',
      re,
      user: who,
      device: deviceOf(who),
      handle: 'one',
      name: 'One',
      role: 'owner',
      token: tokenOf(who),
    })
  }

  async sync() {
    this.link.say(
      { type: 'ready', re: this.link.last('sync').id, inbox: 0, rooms: [known] },
      { type: 'heads', heads: [headOf(known)], last: 'complete' },
    )
    await this.clock.advance(0)
  }

  async logIn(who: UserId) {
    const coming = this.snug.logIn({ handle: 'one', password: 'a long password' })
    await this.clock.advance(0)
    this.letIn(this.link.last('log-in').id, who)
    await this.clock.advance(0)
    await this.sync()
    await coming
  }

  /** A leaves, and B comes. */
  async makeWay() {
    const leaving = this.snug.logOut()
    await this.clock.advance(5_000)
    await leaving
    await this.connect()
    await this.logIn(B)
    await this.clock.advance(100)
  }
}

/** A store whose reads of some rows wait while it is held: they have read, and have not answered. */
function slowDisk(rows: string) {
  const inner = memoryStore()
  let gate: PromiseWithResolvers<void> | undefined
  const store: Store = {
    ...inner,
    async get(key) {
      const value = await inner.get(key)
      if (key.includes(rows)) await gate?.promise
      return value
    },
  }
  return {
    store,
    hold() {
      gate = Promise.withResolvers()
    },
    release() {
      gate?.resolve()
      gate = undefined
    },
  }
}

/** A device on which A has logged in, in a first tab. */
async function device(store: Store) {
  const clock = new VirtualClock()
  const tabs = new Tabs()
  const first = new Tab(clock, store, tabs, 1)
  await first.snug.start()
  await first.connect()
  await first.logIn(A)
  return { clock, tabs, store, first }
}

test.each([
  ['at once', true],
  ['too late', false],
])('P5: who logs in elsewhere after a log-out that is answered %s stays', async (_when, answered) => {
  const { clock, tabs, store, first } = await device(memoryStore())
  const second = new Tab(clock, store, tabs, 2)
  await second.snug.start()
  await second.connect()
  await clock.advance(0)
  // The server does not answer the first tab just now.
  const leaving = first.snug.logOut()
  await clock.advance(0)
  if (answered) {
    first.link.say({ type: 'done', re: first.link.last('revoke-device').id })
    await clock.advance(0)
    await leaving
  }
  await clock.advance(1_000)
  await second.connect()
  await second.logIn(B)
  await second.snug.send(known, 'said by B')
  await clock.advance(0)
  await clock.advance(5_000)
  await leaving
  await clock.advance(1_000)
  expect((await store.keys('')).some((key) => key.includes('outgoing') || key === 'account')).toBe(true)
})

test('P5: a row that another tab tells of, and that is read while its writer leaves, is not sent by the next', async () => {
  const disk = slowDisk('/outgoing/')
  const { clock, tabs, store, first } = await device(disk.store)
  const second = new Tab(clock, store, tabs, 2)
  await second.snug.start()
  await second.connect()
  second.letIn(second.link.last('authenticate').id, A)
  await clock.advance(0)
  await second.sync()
  disk.hold()
  // The first tab is offline: what it composes waits.
  first.link.close()
  await clock.advance(0)
  await first.snug.send(known, 'said by A')
  await clock.advance(10)
  // A logs out in the second tab, which is just reading the row.
  const leaving = second.snug.logOut()
  await clock.advance(0)
  second.link.say({ type: 'done', re: second.link.last('revoke-device').id })
  await clock.advance(10)
  await leaving
  await second.connect()
  await second.logIn(B)
  disk.release()
  await clock.advance(20_000)
  expect(second.snug.rooms.get(known)?.outgoing ?? []).toEqual([])
  expect(second.link.said.filter(({ type }) => type === 'send')).toEqual([])
})

test("P5: what is loaded of one while the device becomes another's is not sent by the other", async () => {
  const disk = slowDisk('/outgoing/')
  const { clock, tabs, store, first } = await device(disk.store)
  first.link.close()
  await clock.advance(0)
  await first.snug.send(known, 'said by A')
  disk.hold()
  const second = new Tab(clock, store, tabs, 2)
  const starting = second.snug.start()
  await clock.advance(10)
  // While the second page is loaded, A leaves in the first, and B comes.
  await first.makeWay()
  disk.release()
  await starting
  await second.connect()
  second.letIn(second.link.last('authenticate').id, B)
  await clock.advance(0)
  await second.sync()
  await clock.advance(20_000)
  expect(second.link.said.filter(({ type }) => type === 'send')).toEqual([])
})

test('P5: nor are the rooms shown that are loaded then', async () => {
  const secret = makeId('group', new Uint8Array(16).fill(9))
  const disk = slowDisk('/page/')
  const { clock, tabs, store, first } = await device(disk.store)
  first.link.say({
    type: 'heads',
    heads: [
      {
        ...headOf(secret),
        title: 'Secret',
        seq: 1,
        ord: 1,
        records: [
          {
            v: 1,
            seq: 1,
            ord: 1,
            at: 0,
            by: A,
            kind: 'text',
            producer: makeId('producer', new Uint8Array(16)),
            n: 1,
            text: 'only for A',
          },
        ],
      },
    ],
  } as never)
  await clock.advance(100)
  disk.hold()
  const second = new Tab(clock, store, tabs, 2)
  const starting = second.snug.start()
  await clock.advance(10)
  await first.makeWay()
  disk.release()
  await starting
  await clock.advance(1_000)
  expect(second.snug.rooms.has(secret)).toBe(false)
})

test('who was logged out elsewhere is told in every tab how many messages went that had not been sent', async () => {
  const { clock, tabs, store, first: tab } = await device(memoryStore())
  const second = new Tab(clock, store, tabs, 2)
  await second.snug.start()
  tab.link.close()
  for (const text of ['one', 'two']) await tab.snug.send(known, text)
  await tab.snug.sendFiles(known, '', [{ name: 'a.txt', type: 'text/plain', bytes: new Blob(['a film']) }])
  const told = new Promise((resolve) => tab.snug.on('account', resolve))
  await tab.connect()
  tab.link.say({ type: 'failed', re: tab.link.last('authenticate').id, refusal: { kind: 'not-logged-in', reason: '' } })
  const revoked = { status: 'logged-out', why: 'revoked', unsent: 3 }
  expect(await told).toEqual(revoked)
  await clock.advance(100)
  expect(second.snug.account).toEqual(revoked)
  expect(await store.keys('')).toEqual([])
})

test('a server that does not know the account takes nothing from the device', async () => {
  const { store, first: tab } = await device(memoryStore())
  tab.link.close()
  await tab.snug.send(known, 'one')
  const before = await store.keys('')
  await tab.connect()
  tab.link.say({ type: 'failed', re: tab.link.last('authenticate').id, refusal: { kind: 'not-found', reason: '' } })
  await tab.clock.advance(1_000)
  expect(tab.snug.connection).toMatchObject({ status: 'refused', refusal: { kind: 'not-found' } })
  expect(tab.snug.rooms.get(known)?.outgoing).toMatchObject([{ text: 'one' }])
  expect(await store.keys('')).toEqual(before)
})

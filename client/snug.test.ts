import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Refusal } from '#protocol/errors.ts'
import { makeId, type RoomId, type UserId } from '#protocol/ids.ts'
import type { RoomHead } from '#protocol/room-head.ts'
import { SeededRandom } from '#tests/simulation/seeded-random.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import { HandLink } from '#tests/support/hand-link.ts'
import type { Store } from './ports/store.ts'
import { Snug } from './snug.ts'
import { memoryStore } from './stores/memory-store.ts'

const id = new Uint8Array(16).fill(1)
const user = makeId('user', id)
const device = makeId('device', id)
const token = `${user}.${device}.${'s'.repeat(43)}`
const known = makeId('group', id)

function headOf(room: RoomId): RoomHead {
  const counts = { members: 1, rev: 1, floor: 1, seq: 0, ord: 0, read: 0, unread: 0 }
  return { room, kind: 'group', title: 'Plans', ...counts, others: [], records: [] }
}

/** The test is the server. */
describe('a client', () => {
  let link: HandLink
  let clock: VirtualClock
  let store: Store
  let snug: Snug
  let statuses: string[]
  let failures: unknown[]

  beforeEach(async () => {
    clock = new VirtualClock()
    store = memoryStore()
    newClient()
    await snug.start()
    await connect()
    const loggingIn = snug.logIn({ handle: 'one', password: 'a long password' })
    await clock.advance(0)
    letIn(link.last('log-in').id)
    await clock.advance(0)
    await answerSync()
    await loggingIn
    statuses = []
  })

  function newClient(): void {
    const random = new SeededRandom(1)
    link = new HandLink()
    const ports = { link, clock, random: (length: number) => random.bytes(length) }
    snug = new Snug({ url: 'ws://test/ws', store, deviceName: 'test', ...ports })
    statuses = []
    failures = []
    snug.on('connection', ({ status }) => statuses.push(status))
    snug.on('store-failed', (error) => failures.push(error))
  }

  async function connect(): Promise<void> {
    link.open()
    await clock.advance(0)
    link.say({ type: 'welcome', version: 1, server: 'x', transport: 'https' })
    await clock.advance(0)
  }

  function letIn(re: number, who = user): void {
    link.say({ type: 'session', re, user: who, device, handle: 'one', name: 'One', role: 'owner', token })
  }

  /** Whoever was here leaves, and somebody comes. */
  async function replaceBy(who: UserId): Promise<void> {
    const leaving = snug.logOut()
    await clock.advance(0)
    await refuse(link.last('revoke-device').id, { kind: 'retry', reason: '' })
    await leaving
    await connect()
    const coming = snug.logIn({ handle: 'one', password: 'a long password' })
    await clock.advance(0)
    letIn(link.last('log-in').id, who)
    await clock.advance(0)
    await answerSync()
    await coming
  }

  async function answerSync(rooms = [known], seq = 0): Promise<void> {
    link.say(
      { type: 'ready', re: link.last('sync').id, inbox: 0, rooms },
      { type: 'heads', heads: rooms.map((room) => ({ ...headOf(room), seq, ord: seq })), last: 'complete' },
    )
    await clock.advance(0)
  }

  async function refuse(re: number, refusal: Refusal): Promise<void> {
    link.say({ type: 'failed', re, refusal })
    await clock.advance(0)
  }

  const count = (type: string) => link.said.filter((event) => event.type === type).length

  test('is called live when what it has caught up with can be seen', async () => {
    const seen: (number | undefined)[] = []
    snug.on('connection', ({ status }) => status === 'live' && seen.push(snug.rooms.get(known)?.head))
    link.close()
    await connect()
    letIn(link.last('authenticate').id)
    await clock.advance(0)
    await answerSync([known], 7)
    expect(seen).toEqual([7])
  })

  test('who lags all the time is shown as catching up all the time, and asks less and less often', async () => {
    const before = count('sync')
    const from = clock.now()
    while (clock.now() - from < 60_000) {
      link.say({ type: 'lagging' })
      const asked = count('sync')
      while (count('sync') === asked && clock.now() - from < 60_000) await clock.advance(50)
    }
    expect(statuses).toEqual(['catching-up'])
    expect(count('sync') - before).toBeLessThan(13)
    await clock.advance(10_000)
    await answerSync()
    expect(statuses).toEqual(['catching-up', 'live'])
  })

  test('M1: a group whose answer was lost is opened by the same call, under the same id', async () => {
    const created = snug.createGroup('Plans', [])
    await clock.advance(0)
    const { room } = link.last('create-group')
    link.close()
    await connect()
    letIn(link.last('authenticate').id)
    await clock.advance(0)
    await answerSync()
    await clock.advance(1_000)
    expect(count('create-group')).toBe(2)
    expect(link.last('create-group').room).toBe(room)
    link.say({ type: 'opened', re: link.last('create-group').id, room }, { type: 'heads', heads: [headOf(room)] })
    expect(await created).toBe(room)
  })

  test('M1: a caller who has to ask for a group again names the same one', async () => {
    const room = snug.newGroupId()
    const refused = expect(snug.createGroup('Plans', [], room)).rejects.toMatchObject({ refusal: { kind: 'busy' } })
    await clock.advance(0)
    await refuse(link.last('create-group').id, { kind: 'busy', reason: '', retryAfterMs: 60_000 })
    await refused
    const created = snug.createGroup('Plans', [], room)
    await clock.advance(0)
    expect(link.last('create-group').room).toBe(room)
    link.say({ type: 'opened', re: link.last('create-group').id, room }, { type: 'heads', heads: [headOf(room)] })
    expect(await created).toBe(room)
  })

  test('nobody waits for ever for a room that is not told of', async () => {
    const created = expect(snug.createGroup('Plans', [])).rejects.toMatchObject({ refusal: { kind: 'retry' } })
    await clock.advance(0)
    const { id: re, room } = link.last('create-group')
    link.say({ type: 'opened', re, room })
    await clock.advance(10_000)
    await created
  })

  test('nor when the client is stopped, or the account is gone', async () => {
    const created = expect(snug.createGroup('Plans', [])).rejects.toMatchObject({ refusal: { kind: 'retry' } })
    await clock.advance(0)
    const { id: re, room } = link.last('create-group')
    link.say({ type: 'opened', re, room })
    await clock.advance(0)
    void snug.logOut()
    await clock.advance(0)
    await refuse(link.last('revoke-device').id, { kind: 'retry', reason: '' })
    await created
  })

  test('a request that comes too often says when to try again', async () => {
    const asked = snug.devices()
    await clock.advance(0)
    link.say({
      type: 'failed',
      re: link.last('list-devices').id,
      refusal: { kind: 'too-frequent', reason: '', retryAfterMs: 700 },
    })
    await expect(asked).rejects.toMatchObject({ refusal: { kind: 'too-frequent', retryAfterMs: 700 } })
  })

  test('a log-in with the kept token that was refused for now is tried again on the same connection', async () => {
    link.close()
    await connect()
    await refuse(link.last('authenticate').id, { kind: 'busy', reason: '', retryAfterMs: 500 })
    const before = count('authenticate')
    await clock.advance(500)
    expect(count('authenticate')).toBe(before + 1)
    letIn(link.last('authenticate').id)
    await clock.advance(0)
    await answerSync()
    expect(snug.connection.status).toBe('live')
    expect(link.reconnects).toBe(0)
  })

  test('nothing that a connection brings after a log-out is kept', async () => {
    const leaving = snug.logOut()
    await clock.advance(0)
    link.say({ type: 'done', re: link.last('revoke-device').id })
    for (let to = 1; to < 40; to++) {
      link.say({ type: 'inbox', from: 1, to, entries: [] })
      await undefined
    }
    await leaving
    await clock.advance(0)
    expect(await store.keys('')).toEqual([])
  })

  test('who logs out is not told that the device was revoked, whatever the server says first', async () => {
    const accounts: unknown[] = []
    snug.on('account', (account) => accounts.push(account))
    const leaving = snug.logOut()
    link.close(4003)
    await clock.advance(0)
    await leaving
    expect(accounts).toEqual([{ status: 'logged-out' }])
  })

  test('nothing is composed for whoever logs in next', async () => {
    const leaving = snug.logOut()
    await expect(snug.send(known, 'a secret')).rejects.toMatchObject({ refusal: { kind: 'not-logged-in' } })
    link.close(4003)
    await clock.advance(0)
    await leaving
    await expect(snug.send(known, 'a secret')).rejects.toMatchObject({ refusal: { kind: 'not-logged-in' } })
    expect(await store.keys('')).toEqual([])
  })

  test.each(
    ['prepared', 'hashed', 'stored'].flatMap((stage) => [
      [stage, 'somebody else', makeId('user', new Uint8Array(16).fill(2))] as const,
      [stage, 'the same person', user] as const,
    ]),
  )('files that are still being %s when their sender leaves are not sent when %s comes', async (stage, _who, next) => {
    const [reached, passed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const hold = async (at: string) => {
      if (at !== stage) return
      reached.resolve()
      await passed.promise
    }
    const { set } = store
    let writes = 0
    store.set = async (key, value) => {
      if (key.includes('/upload/')) await hold('stored').then(() => writes++)
      await set(key, value)
    }
    const { arrayBuffer } = Blob.prototype
    onTestFinished(() => void vi.restoreAllMocks())
    vi.spyOn(Blob.prototype, 'arrayBuffer').mockImplementation(function (this: Blob) {
      return hold('hashed').then(() => arrayBuffer.call(this))
    })
    const prepare = () => hold('prepared').then(() => [{ name: 'a.txt', type: 'text/plain', bytes: new Blob(['a']) }])
    const sending = snug.sendFiles(known, 'a secret', prepare()).catch(({ refusal }) => refusal.kind)
    await reached.promise
    await replaceBy(next)
    passed.resolve()
    // What is hashed was kept before that, and went with whoever left.
    expect(await sending).toBe(stage === 'hashed' ? undefined : 'not-logged-in')
    await clock.advance(60_000)
    expect([snug.rooms.get(known)?.uploads, count('declare-file')]).toEqual([[], 0])
    expect((await store.keys('')).filter((key) => key.includes('/upload/'))).toEqual([])
    expect(writes).toBe(stage === 'prepared' ? 0 : 1)
  })

  test('a device whose storage is full is logged in all the same, and says so', async () => {
    link.close()
    store.set = () => Promise.reject(new Error('the device is full'))
    const syncs = count('sync')
    await connect()
    letIn(link.last('authenticate').id)
    await clock.advance(0)
    expect(count('sync')).toBe(syncs + 1)
    await answerSync()
    expect(snug.connection.status).toBe('live')
    expect(failures).toContainEqual(new Error('the device is full'))
  })

  test('a client that is stopped while it starts does not connect', async () => {
    newClient()
    const starting = snug.start()
    await snug.stop()
    await starting
    expect(link.isStarted).toBe(false)
  })

  test('a log-in waits for the first connection through one that breaks before it is welcomed', async () => {
    store = memoryStore()
    newClient()
    await snug.start()
    void snug.logIn({ handle: 'one', password: 'x' }).catch(() => {})
    link.open()
    link.close()
    await connect()
    expect(count('log-in')).toBe(1)
  })
})

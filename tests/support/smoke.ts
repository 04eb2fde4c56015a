import { expect } from 'vitest'
import { memoryStore, type RoomView, Snug, type Store } from '#client/index.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'

export type Server = {
  /** Such as http://127.0.0.1:7684 */
  readonly url: string
  /** The link, or its code, whose user becomes the owner. */
  readonly firstInvitation: string
}

/** What was said and acknowledged, and how to come back and look for it. */
export type Talk = { readonly room: RoomId; readonly said: readonly string[]; readonly account: Credentials }

type Credentials = { readonly handle: string; readonly password: string }

const ALICE = { handle: 'alice', name: 'Alice', password: 'a long password of alice' }
const BOB = { handle: 'bob', name: 'Bob', password: 'a long password of bob' }

/** Two people come in, talk, go away and come back; throws where anything is not as promised. For any host. */
export async function twoPeopleTalk({ url, firstInvitation }: Server): Promise<Talk> {
  const alice = await Device.start(url)
  await alice.snug.register({ ...ALICE, invitation: firstInvitation.split('/').at(-1) ?? '' })
  expect(alice.snug.account).toMatchObject({ status: 'logged-in', role: 'owner', handle: 'alice' })
  const { code } = await alice.snug.createInvitation(1)
  const bob = await Device.start(url)
  await bob.snug.register({ ...BOB, invitation: code })
  expect(bob.snug.account).toMatchObject({ status: 'logged-in', role: 'member', handle: 'bob' })

  const { user } = await alice.snug.findUser('bob')
  await talkDirectly(alice, bob, user)
  const group = await talkInGroup(alice, bob, user)
  await readAndCount(alice, bob, group)
  await missAndCatchUp(alice, bob, group)
  await logInElsewhere(url, alice, bob, group)

  const said = alice.texts(group)
  await Promise.all([alice.snug.stop(), bob.snug.stop()])
  return { room: group, said, account: ALICE }
}

/** Comes back to a server, on a new device: everything that was acknowledged must be there. */
export async function findAgain(url: string, { room, said, account }: Talk): Promise<void> {
  const device = await Device.start(url)
  await device.snug.logIn(account)
  await device.live()
  await device.loadAll(room)
  expect(device.texts(room)).toEqual(said)
  await device.snug.send(room, 'here again')
  await device.settled(room)
  expect(device.texts(room)).toEqual([...said, 'here again'])
  await device.snug.stop()
}

async function talkDirectly(alice: Device, bob: Device, user: UserId): Promise<void> {
  const room = await alice.snug.openDirect(user)
  await bob.until('sees the direct room', () => bob.snug.rooms.has(room))
  await alice.snug.send(room, 'hello')
  await bob.hears(room, 'hello')
  await bob.snug.send(room, 'good to hear you')
  await Promise.all([alice.hears(room, 'good to hear you'), bob.settled(room)])
  expect(alice.texts(room)).toEqual(['hello', 'good to hear you'])
  expect(bob.snug.rooms.get(room)).toMatchObject({ kind: 'direct', memberCount: 2, unread: 0 })
}

async function talkInGroup(alice: Device, bob: Device, user: UserId): Promise<RoomId> {
  const room = await alice.snug.createGroup('Plans', [user])
  await bob.until('sees the group', () => bob.snug.rooms.has(room))
  // Both at once: the room decides on one order.
  const lines = Array.from({ length: 15 }, (_, i) => i + 1)
  for (const i of lines) await Promise.all([alice.snug.send(room, `alice ${i}`), bob.snug.send(room, `bob ${i}`)])
  await Promise.all([alice.hears(room, 'bob 15'), bob.hears(room, 'alice 15')])
  await Promise.all([alice.settled(room), bob.settled(room)])
  expect(alice.room(room).records).toEqual(bob.room(room).records)
  for (const name of ['alice', 'bob']) {
    const own = alice.texts(room).filter((text) => text.startsWith(name))
    expect(own).toEqual(lines.map((i) => `${name} ${i}`))
  }
  return room
}

async function readAndCount(alice: Device, bob: Device, room: RoomId): Promise<void> {
  await bob.reads(room, bob.room(room).head)
  expect(bob.room(room).unread).toBe(0)
  for (const text of ['one', 'two', 'three']) await alice.snug.send(room, text)
  await Promise.all([bob.hears(room, 'three'), alice.settled(room)])
  expect([bob.room(room).unread, alice.room(room).unread]).toEqual([3, 0])
  await bob.reads(room, bob.room(room).head - 1)
  expect(bob.room(room).unread).toBe(1)
  await alice.until('sees how far bob has read', () => markOf(alice, bob, room) === alice.room(room).head - 1)
}

async function missAndCatchUp(alice: Device, bob: Device, room: RoomId): Promise<void> {
  await bob.snug.stop()
  const missed = Array.from({ length: 25 }, (_, i) => `while bob is away ${i + 1}`)
  for (const text of missed) await alice.snug.send(room, text)
  await alice.settled(room)
  await bob.restart()
  expect(bob.texts(room).at(-1)).toBe('three')
  await bob.live()
  expect(bob.texts(room)).toEqual(alice.texts(room))
  expect(bob.room(room)).toMatchObject({ head: alice.room(room).head, unread: missed.length + 1 })
}

async function logInElsewhere(url: string, alice: Device, bob: Device, room: RoomId): Promise<void> {
  const phone = await Device.start(url)
  await phone.snug.logIn(BOB)
  await phone.live()
  expect(phone.room(room)).toMatchObject({ complete: false, unread: 26 })
  await phone.loadAll(room)
  expect(phone.room(room).records).toEqual(alice.room(room).records)

  const other = (await bob.snug.devices()).find(({ current }) => !current)
  if (!other) throw new Error('bob does not see his other device')
  await bob.snug.revokeDevice(other.device)
  await phone.until('is logged out', () => phone.snug.account.status === 'logged-out')
  expect([phone.snug.account, phone.snug.rooms.size]).toEqual([{ status: 'logged-out', why: 'revoked', unsent: 0 }, 0])
  await phone.snug.stop()
}

function markOf(viewer: Device, reader: Device, room: RoomId): number | undefined {
  const { account } = reader.snug
  return account.status === 'logged-in' ? viewer.room(room).marks.get(account.user) : undefined
}

const PATIENCE_MS = 20_000

/** One client of one person, whose cache outlives its restarts. */
class Device {
  snug: Snug
  readonly #url: string
  readonly #store: Store = memoryStore()

  private constructor(url: string) {
    this.#url = `${url.replace(/^http/, 'ws')}/ws`
    this.snug = this.#open()
  }

  static async start(url: string): Promise<Device> {
    const device = new Device(url)
    await device.snug.start()
    return device
  }

  async restart(): Promise<void> {
    this.snug = this.#open()
    await this.snug.start()
  }

  room(id: RoomId): RoomView {
    const room = this.snug.rooms.get(id)
    if (!room) throw new Error(`there is no room ${id}`)
    return room
  }

  texts(id: RoomId): string[] {
    return this.room(id).records.flatMap((record) => (record.kind === 'text' ? [record.text] : []))
  }

  async live(): Promise<void> {
    await this.until('has caught up', () => this.snug.connection.status === 'live')
  }

  async hears(room: RoomId, text: string): Promise<void> {
    await this.until(`hears "${text}"`, () => this.texts(room).includes(text))
  }

  /** Everything written here is acknowledged. */
  async settled(room: RoomId): Promise<void> {
    await this.until('has nothing left to send', () => this.room(room).outgoing.length === 0)
  }

  async reads(room: RoomId, seq: number): Promise<void> {
    this.snug.markRead(room, seq)
    await this.until('shows what it has read', () => this.room(room).read >= seq)
  }

  async loadAll(room: RoomId): Promise<void> {
    while (!this.room(room).complete) await this.snug.loadOlder(room)
  }

  /** Resolves when the condition holds; it is looked at whenever the client says that something changed. */
  async until(what: string, holds: () => boolean): Promise<void> {
    if (holds()) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const look = () => holds() && resolve()
    const stops = (['room', 'connection', 'account'] as const).map((event) => this.snug.on(event, look))
    const timer = setTimeout(() => reject(new Error(`waited in vain until a client ${what}`)), PATIENCE_MS)
    await promise.finally(() => {
      clearTimeout(timer)
      for (const stop of stops) stop()
    })
  }

  #open(): Snug {
    return new Snug({ url: this.#url, store: this.#store, deviceName: 'a test', clientName: 'smoke' })
  }
}

import type { ActorKind } from '#durable/actors.ts'
import type { SocketOrigin } from '#durable/ports/sockets.ts'
import type { Key } from '#durable/ports/storage.ts'
import { decodeDown } from '#protocol/codec.ts'
import type { Down } from '#protocol/down.ts'
import { type DeviceId, makeId, type ProducerId, type RoomId, type UserId } from '#protocol/ids.ts'
import { fromUtf8 } from '#protocol/text.ts'
import type { Up } from '#protocol/up.ts'
import type { MachineParts } from '../simulation/host/machine-parts.ts'
import { Machine } from '../simulation/machine.ts'
import { SeededRandom } from '../simulation/seeded-random.ts'
import { VirtualClock } from '../simulation/virtual-clock.ts'
import { type DiskFaults, MemoryDisk } from './memory-storage.ts'

const SUBSCRIBER = { gateway: 'g0', generation: 'nobody' }

type Options = Pick<MachineParts, 'limits' | 'classes' | 'onThrown'> & { readonly disk?: DiskFaults }

export type Member = { readonly user: UserId; readonly token: string; readonly device: DeviceId }

/** A host in memory without faults, on which rules are looked at one by one. Time passes only in `until`. */
export class SmallWorld {
  readonly clock = new VirtualClock()
  readonly random = new SeededRandom(1)
  readonly disk: MemoryDisk
  readonly machine: Machine

  constructor({ disk, ...parts }: Options = {}) {
    this.disk = new MemoryDisk(disk, {
      applied: (actor, { wakeAt }) => {
        if (typeof wakeAt === 'number') this.machine.alarmSet(actor, wakeAt)
      },
    })
    this.machine = new Machine({
      clock: this.clock,
      random: this.random,
      disk: this.disk,
      ...parts,
    })
  }

  static async start(options: Options = {}): Promise<SmallWorld> {
    const world = new SmallWorld(options)
    await world.until(world.machine.start())
    return world
  }

  get peers() {
    return this.machine.peers
  }

  /** Lets time pass until the promise settles. */
  async until<T>(promise: Promise<T>, atMostMs = 30_000): Promise<T> {
    let settled = false
    const watched = promise.finally(() => {
      settled = true
    })
    watched.catch(() => {})
    for (let passed = 0; !settled && passed < atMostMs; passed += 10) await this.clock.advance(10)
    if (!settled) throw new Error('waited in vain')
    return watched
  }

  pass(ms: number): Promise<void> {
    return this.clock.advance(ms)
  }

  id<Kind extends 'user' | 'device' | 'group' | 'producer' | 'file'>(kind: Kind) {
    return makeId(kind, this.random.bytes(16))
  }

  /** Accounts, made for a test that is about something else. The first owns the server. */
  async members(...handles: string[]): Promise<Member[]> {
    const members: Member[] = []
    const first = await this.until(this.machine.firstInvitation())
    members.push(await this.register(handles[0] ?? 'one', first))
    const [owner] = members
    if (!owner) throw new Error('nobody registered')
    const invited = await this.until(this.peers.user(owner.user).createInvitation(100))
    if ('refused' in invited) throw new Error(invited.refused.reason)
    for (const handle of handles.slice(1)) members.push(await this.register(handle, invited.ok.code))
    return members
  }

  async register(handle: string, invitation: string): Promise<Member> {
    const user = this.id('user')
    const device = this.id('device')
    const registration = {
      invitation,
      handle,
      name: handle,
      password: 'a long password',
      device,
      deviceName: 'test',
      network: 'here',
    }
    const outcome = await this.until(this.peers.user(user).register(registration, SUBSCRIBER))
    if ('refused' in outcome) throw new Error(outcome.refused.reason)
    return { user, device, token: outcome.ok.token ?? '' }
  }

  async group(...[creator, ...others]: Member[]): Promise<RoomId> {
    if (!creator) throw new Error('a group needs a creator')
    const room = this.id('group')
    const opened = this.peers.room(room).createGroup(
      creator.user,
      'A group',
      others.map(({ user }) => user),
    )
    const outcome = await this.until(opened)
    if ('refused' in outcome) throw new Error(outcome.refused.reason)
    await this.pass(100)
    return room
  }

  /** Sends texts by one producer from a number on. */
  send(room: RoomId, { user }: Member, producer: ProducerId, n: number, ...texts: string[]) {
    return this.until(this.peers.room(room).send(texts.map((text, i) => ({ user, producer, n: n + i, text }))))
  }

  /** A table of an actor as it is on the disk, decoded. */
  async table(kind: ActorKind, id: string, table: string): Promise<[Key, unknown][]> {
    const rows = await this.disk.open(`${kind}/${id}`).page(table, undefined, 10_000)
    return rows.map(([key, bytes]) => [key, bytes.length === 0 ? null : JSON.parse(fromUtf8(bytes))])
  }

  async texts(room: RoomId): Promise<string[]> {
    const rows = await this.table('room', room, 'timeline')
    return rows.flatMap(([, record]) => (isText(record) ? [record.text] : []))
  }

  async socket(transport: SocketOrigin['transport'] = 'loopback'): Promise<SmallSocket> {
    return SmallSocket.open(this, transport)
  }

  /** A socket that is logged in and follows everything of its user. */
  async enter({ token }: Pick<Member, 'token'>): Promise<SmallSocket> {
    const socket = await this.socket()
    await socket.ask({ type: 'hello', versions: [1], client: 'test' }, 'welcome')
    await socket.ask({ type: 'authenticate', id: 1, token }, 'session')
    await socket.ask({ type: 'sync', id: 2, rooms: [] }, 'heads', ({ last }) => last !== undefined)
    return socket
  }
}

function isText(record: unknown): record is { text: string } {
  return typeof record === 'object' && record !== null && 'text' in record
}

/** A client's end of a socket, word by word. */
export class SmallSocket {
  readonly frames: string[] = []
  heard: Down[] = []
  /** Whether it tells the server what has arrived, as a client should. */
  acknowledges = false
  bytes = 0
  closedWith: number | undefined
  closedBecause = ''
  readonly #world: SmallWorld
  #socket = ''

  private constructor(world: SmallWorld) {
    this.#world = world
  }

  static async open(world: SmallWorld, transport: SocketOrigin['transport']): Promise<SmallSocket> {
    const end = new SmallSocket(world)
    const heard = {
      frame: (text: string) => end.#take(text),
      closed: (code: number, reason: string) => {
        end.closedWith = code
        end.closedBecause = reason
      },
    }
    const socket = await world.until(world.machine.connect(heard, transport))
    end.#socket = socket ?? ''
    return end
  }

  say(event: Up): Promise<void> {
    return this.frame(JSON.stringify(event))
  }

  async frame(text: string): Promise<void> {
    await this.#world.machine.receive(this.#socket, text)
  }

  /** Says something and lets time pass until an event of the type has come. */
  async ask<Type extends Down['type']>(
    event: Up,
    type: Type,
    holds: (event: Extract<Down, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<Down, { type: Type }>> {
    const from = this.heard.length
    await this.say(event)
    return this.hears(type, holds, from)
  }

  async hears<Type extends Down['type']>(
    type: Type,
    holds: (event: Extract<Down, { type: Type }>) => boolean = () => true,
    from = 0,
  ): Promise<Extract<Down, { type: Type }>> {
    for (let waited = 0; waited < 3_000; waited++) {
      const found = this.all(type, from).find(holds)
      if (found) return found
      await this.#world.pass(10)
    }
    throw new Error(`never heard ${type}; heard ${JSON.stringify(this.heard.slice(from)).slice(0, 500)}`)
  }

  all<Type extends Down['type']>(type: Type, from = 0): Extract<Down, { type: Type }>[] {
    return this.heard.slice(from).filter((event): event is Extract<Down, { type: Type }> => event.type === type)
  }

  async drop(): Promise<void> {
    await this.#world.machine.disconnect(this.#socket)
  }

  #take(text: string): void {
    this.frames.push(text)
    this.bytes += Buffer.byteLength(text)
    if (this.acknowledges) void this.say({ type: 'acknowledge', bytes: this.bytes })
    const decoded = decodeDown(text)
    if ('ok' in decoded) this.heard.push(...decoded.ok)
  }
}

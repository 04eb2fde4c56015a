import { decodeUp, encodeDown, type Unreadable } from '#protocol/codec.ts'
import { closeCodes, type Outcome, ok, type Refusal, refuse } from '#protocol/errors.ts'
import type { DeviceId, RoomId, UserId } from '#protocol/ids.ts'
import { toBase64Url } from '#protocol/ids.ts'
import type { Acknowledge } from '#protocol/up/acknowledge.ts'
import type { Send } from '#protocol/up/send.ts'
import type { Skip } from '#protocol/up/skip.ts'
import type { Up } from '#protocol/up.ts'
import { Actor } from '../actor.ts'
import type { Presence, Subscriber } from '../followers.ts'
import type { GatewayHost } from '../ports/host.ts'
import type { SocketId, SocketOrigin, Survivor } from '../ports/sockets.ts'
import type { RoomDelivery } from '../room/deliveries.ts'
import type { InboxDelivery } from '../user/inbox.ts'
import { answersTo, refusalOf } from './answers.ts'
import { CatchUp } from './catch-up.ts'
import { Connection } from './connection.ts'
import { Connections } from './connections.ts'
import { Entrance, isEntrance } from './entrance.ts'
import { InboxFeeds } from './inbox-feeds.ts'
import { type Note, readNote, writeNote } from './note.ts'
import { Outgoing, PONG } from './outgoing.ts'
import { Portions } from './portions.ts'
import { Requests } from './requests.ts'
import { RoomFeeds } from './room-feeds.ts'
import { Sends } from './sends.ts'
import { giveSign, isSign } from './signs.ts'
import { UnderWay } from './under-way.ts'
import { UserLimits } from './user-limits.ts'

type FromMember = Exclude<Up, { type: 'ping' | 'acknowledge' }>

const DRAINING = encodeDown({ type: 'draining' })
const GENERATION_BYTES = 9
const RESTARTING = refuse('retry', 'the server is restarting')

/** A shard of client sockets: log-in, framing, credit, rates, and which connection follows what. */
export class Gateway extends Actor<GatewayHost> {
  readonly #connections = new Connections()
  readonly #underWay = new UnderWay()
  readonly #outgoing: Outgoing
  readonly #rooms: RoomFeeds
  readonly #inboxes: InboxFeeds
  readonly #catchUp: CatchUp
  readonly #entrance: Entrance
  readonly #requests: Requests
  readonly #sends: Sends
  readonly #userLimits: UserLimits
  readonly #subscriber: Subscriber
  readonly #before: readonly (Survivor & { readonly read: Note })[]
  #draining = false

  constructor(id: string, host: GatewayHost) {
    super(id, host)
    const { peers, limits } = host
    this.#before = host.sockets.survivors().map((survivor) => ({ ...survivor, read: readNote(survivor.note) }))
    const generation = this.#before[0]?.read.generation ?? toBase64Url(host.random.bytes(GENERATION_BYTES))
    this.#subscriber = { gateway: id, generation }
    this.#outgoing = new Outgoing(host.sockets, (connection) => this.#unfollow(connection))
    this.#rooms = new RoomFeeds(peers, this.#subscriber, limits.catchUpRecords)
    this.#inboxes = new InboxFeeds(
      peers,
      this.#subscriber,
      (user) => this.#connections.includes(user),
      (connection, delivery) => this.#hand(connection, delivery),
    )
    const portions = new Portions((callback) => host.sockets.whenCalm(callback))
    this.#catchUp = new CatchUp(peers, portions, this.#subscriber, this.#rooms, this.#inboxes)
    this.#entrance = new Entrance(host, this.#subscriber, this.#connections, (...args) => this.#close(...args))
    this.#userLimits = new UserLimits(limits)
    this.#requests = new Requests(peers, this.#catchUp, portions)
    this.#sends = new Sends(peers, host.sockets, this.#underWay, (error) => host.log.error('sends failed', { error }))
  }

  override async load(): Promise<void> {
    await super.load()
    for (const survivor of this.#before) this.#reopen(survivor)
    if (this.#before.length > 0) this.host.log.info('back in memory', { sockets: this.#before.length })
  }

  // What the host tells it.

  opened(socket: SocketId, origin: SocketOrigin): void {
    const { limits, clock } = this.host
    this.#connections.add(new Connection(socket, origin, this.#outgoing, limits, clock.now()))
  }

  /** One text frame. Bad ones are answered and change nothing. */
  received(socket: SocketId, frame: string): void {
    const connection = this.#connections.get(socket)
    if (!connection) return
    const decoded = decodeUp(frame)
    if ('refused' in decoded) return this.#reject(connection, decoded)
    for (const event of decoded.ok) this.#handle(connection, event)
  }

  closed(socket: SocketId): void {
    const connection = this.#connections.get(socket)
    if (connection) this.#forget(connection)
  }

  /** Closes sockets that are silent, or have not logged in in time; answers whether others may still log in. */
  sweep(): boolean {
    const now = this.host.clock.now()
    for (const connection of this.#connections.all()) {
      const overdue = connection.overdue(now, this.host.sockets.heardAt(connection.socket))
      if (overdue) this.#close(connection, overdue.code, overdue.reason)
    }
    this.#userLimits.forgetIdle(now)
    return this.#connections.someAreOutside
  }

  /** Whether somebody waits for an answer: not the time to take this gateway out of memory. */
  get isBusy(): boolean {
    return !this.#underWay.isEmpty
  }

  /** What a host that takes this gateway out of memory keeps with a socket; a later instance finds it in `survivors`. */
  noteOf(socket: SocketId): string | undefined {
    const connection = this.#connections.get(socket)
    return connection && writeNote(connection.note(this.#subscriber.generation))
  }

  /** Before the host stops: resolves when everything received is answered. What comes from here on is refused. */
  async drain(): Promise<void> {
    this.#draining = true
    for (const connection of this.#connections.all()) connection.interrupt()
    await this.#underWay.settled()
  }

  /** Tells everybody to come back, and closes. */
  dismiss(): void {
    for (const connection of this.#connections.all()) connection.push(DRAINING)
    this.#outgoing.flush()
    for (const connection of this.#connections.all()) this.#close(connection, closeCodes.draining, 'restarting')
  }

  // What other actors tell it.

  async deliver(generation: string, delivery: RoomDelivery): Promise<Outcome<Presence>> {
    return generation === this.#subscriber.generation ? this.#rooms.deliver(delivery) : ok('nobody')
  }

  async deliverInbox(generation: string, delivery: InboxDelivery): Promise<Outcome<Presence>> {
    return generation === this.#subscriber.generation ? this.#inboxes.deliver(delivery) : ok('nobody')
  }

  /** A device was revoked: its sockets close at once, also one that is just logging in. */
  async disconnect(generation: string, user: UserId, device: DeviceId): Promise<Outcome<null>> {
    if (generation !== this.#subscriber.generation) return ok(null)
    for (const connection of this.#connections.ofDevice(user, device))
      this.#close(connection, closeCodes.deviceRevoked, 'this device was logged out')
    return ok(null)
  }

  /** Whether somebody is connected here as this user. */
  async isConnected(generation: string, user: UserId): Promise<Outcome<boolean>> {
    return ok(generation === this.#subscriber.generation && this.#connections.includes(user))
  }

  protected override async perform(): Promise<void> {}

  /** Goes on where the instance before this one was taken out of memory. */
  #reopen({ socket, origin, read }: Survivor & { readonly read: Note }): void {
    const { limits, clock } = this.host
    const connection = new Connection(socket, origin, this.#outgoing, limits, clock.now(), read)
    this.#connections.add(connection)
    const { session, progress } = connection
    if (session.state !== 'authenticated') return
    // What it was being told was lost with the memory.
    if (progress === 'catching-up') this.#outgoing.lag(connection)
    if (progress !== 'following') return
    this.#inboxes.rejoin(connection, session.user)
    this.#rooms.rejoin(connection, session.user)
  }

  #handle(connection: Connection, event: Up): void {
    if (!connection.isOpen) return
    if (event.type === 'ping') return this.#pong(connection)
    if (event.type === 'acknowledge') return this.#acknowledge(connection, event)
    const { session } = connection
    switch (session.state) {
      case 'new':
        if (event.type === 'hello') return this.#entrance.welcome(connection, event)
        return this.#refuse(connection, event, refuse('out-of-turn', 'say hello first').refused)
      case 'welcome':
        if (isEntrance(event)) return this.#paced(connection, event, () => this.#entrance.enter(connection, event))
        return this.#refuse(connection, event, refuse('out-of-turn', 'log in first').refused)
      case 'authenticating':
        return this.#refuse(connection, event, refuse('out-of-turn', 'a log-in is under way').refused)
      case 'authenticated':
        return this.#fromMember(connection, session.user, session.device, event)
    }
  }

  #fromMember(connection: Connection, user: UserId, device: DeviceId, event: FromMember): void {
    if (event.type === 'send' || event.type === 'skip') return this.#send(connection, user, event)
    if (event.type === 'hello' || isEntrance(event))
      return this.#refuse(connection, event, refuse('out-of-turn', 'already logged in').refused)
    if (isSign(event)) return this.#paced(connection, event, () => giveSign(this.host.peers, connection, user, event))
    return this.#paced(connection, event, () => this.#requests.answer(connection, user, device, event))
  }

  #pong(connection: Connection): void {
    connection.push(PONG)
    this.#strain(connection)
  }

  #acknowledge(connection: Connection, { bytes }: Acknowledge): void {
    const { credit } = connection
    if (!credit.canHave(bytes)) return this.#close(connection, closeCodes.malformed, 'more than was sent')
    if (!credit.acknowledge(bytes)) this.#strain(connection)
  }

  #send(connection: Connection, user: UserId, event: Send | Skip): void {
    if (this.#isInTime(connection, event)) this.#sends.take(connection, user, event)
  }

  /** Carries an event out within the rate; what fails unexpectedly is logged and answered `retry`. */
  #paced(connection: Connection, event: Up, work: () => Promise<void>): void {
    if (!this.#isInTime(connection, event)) return
    const done = this.#sends.before(connection, work).catch((error) => {
      this.host.log.error('a request failed', { type: event.type, error })
      this.#refuse(connection, event, refuse('retry', 'something went wrong here').refused)
    })
    this.#underWay.add(done)
  }

  /** Refuses what comes too soon, or when the host stops. */
  #isInTime(connection: Connection, event: Up): boolean {
    const waitMs = this.#userLimits.take(connection, event, this.host.clock.now())
    if (!this.#draining && waitMs === 0) return true
    const { refused } = this.#draining ? RESTARTING : refuse('too-frequent', 'too much at once', waitMs)
    this.#refuse(connection, event, refused)
    return false
  }

  #refuse(connection: Connection, event: Up, refusal: Refusal): void {
    connection.say(refusalOf(event, refusal))
    this.#strain(connection)
  }

  /** Who goes on and on saying what is refused, or nothing, is closed. */
  #strain(connection: Connection): void {
    if (connection.patience.take(this.host.clock.now()) > 0)
      this.#close(connection, closeCodes.tooFrequent, 'too much that is refused')
  }

  /** A frame that cannot be read costs as much as a request; one that does not stop is closed. */
  #reject(connection: Connection, unreadable: Unreadable): void {
    for (const answer of answersTo(unreadable)) connection.say(answer)
    if (connection.requests.take(this.host.clock.now()) > 0)
      this.#close(connection, closeCodes.malformed, unreadable.refused.reason)
  }

  /** An inbox event also tells the gateway which room to follow. */
  #hand(connection: Connection, { event, entries }: InboxDelivery): void {
    connection.push(event)
    const { session } = connection
    if (session.state !== 'authenticated') return
    for (const { kind, room } of entries) {
      if (kind === 'room-removed') this.#rooms.close(connection, room)
      if (kind === 'room-added') this.#join(connection, session.user, room)
    }
  }

  #join(connection: Connection, user: UserId, room: RoomId): void {
    const joined = this.#catchUp.join(connection, user, room)
    this.#underWay.add(joined.catch((error) => this.host.log.error('join failed', { room, error })))
  }

  #unfollow(connection: Connection): void {
    this.#rooms.closeAll(connection)
    if (connection.session.state === 'authenticated') this.#inboxes.close(connection, connection.session.user)
  }

  #close(connection: Connection, code: number, reason: string): void {
    if (!connection.isOpen) return
    this.#outgoing.flush()
    this.host.sockets.close(connection.socket, code, reason)
    this.#forget(connection)
  }

  #forget(connection: Connection): void {
    connection.shut()
    this.#outgoing.forget(connection)
    this.#connections.delete(connection)
    this.#unfollow(connection)
    this.#noteAbsence(connection)
  }

  /** Who was just here is told when. A host that stops ends everybody's connections, and nobody is away. */
  #noteAbsence({ session }: Connection): void {
    if (this.#draining || session.state !== 'authenticated' || this.#connections.includes(session.user)) return
    this.#underWay.add(this.host.peers.user(session.user).wentAway(this.#subscriber))
  }
}

export type GatewayCalls = Pick<Gateway, 'deliver' | 'deliverInbox' | 'disconnect' | 'isConnected'>

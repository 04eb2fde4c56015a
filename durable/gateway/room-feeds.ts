import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { Presence, Subscriber } from '../followers.ts'
import type { Peers } from '../ports/peers.ts'
import type { RoomDelivery } from '../room/deliveries.ts'
import type { Catching } from '../room/room.ts'
import type { Connection } from './connection.ts'
import { Feed } from './feed.ts'
import { Sleepers } from './sleepers.ts'

/** The head of a room, and the subscription that begins with it. */
export type Opened = Catching & { readonly subscription: object }

/** Which connections of this gateway follow which room. */
export class RoomFeeds {
  readonly #feeds = new Map<RoomId, Feed<RoomDelivery>>()
  readonly #rooms = new Map<Connection, Set<RoomId>>()
  readonly #sleepers: Sleepers
  readonly #peers: Peers
  readonly #subscriber: Subscriber
  readonly #catchUpRecords: number

  constructor(peers: Peers, subscriber: Subscriber, catchUpRecords: number) {
    this.#peers = peers
    this.#subscriber = subscriber
    this.#catchUpRecords = catchUpRecords
    this.#sleepers = new Sleepers(peers, subscriber)
  }

  /** Goes on for a connection that followed all rooms of its user before this gateway was out of memory. */
  rejoin(connection: Connection, user: UserId): void {
    this.#sleepers.add(connection, user)
  }

  /** Opens the feed for a member and asks for the head. A refusal closes it again. */
  async open(connection: Connection, user: UserId, room: RoomId, after: number): Promise<Outcome<Opened>> {
    const feed = this.#feed(room)
    const subscription = feed.open(connection)
    this.#roomsOf(connection).add(room)
    const outcome = await this.#peers.room(room).follow(user, after, this.#catchUpRecords, this.#subscriber)
    // Meanwhile a newer sync may have opened the feed again: that one is not for this answer to close.
    if ('ok' in outcome) return ok({ ...outcome.ok, subscription })
    if (feed.isPending(connection, subscription)) this.close(connection, room)
    return outcome
  }

  /** Whether what was opened waits to begin: nothing has closed it, or opened it anew. */
  isPending(connection: Connection, room: RoomId, subscription: object): boolean {
    return this.#feeds.get(room)?.isPending(connection, subscription) ?? false
  }

  /** Goes live from `seq`; false when a newer head must be asked for first. */
  async begin(connection: Connection, room: RoomId, { subscription, seq }: Opened): Promise<boolean> {
    return (await this.#feeds.get(room)?.begin(connection, subscription, seq)) ?? true
  }

  isFollowing(connection: Connection, room: RoomId): boolean {
    return this.#rooms.get(connection)?.has(room) ?? false
  }

  close(connection: Connection, room: RoomId): void {
    this.#rooms.get(connection)?.delete(room)
    const feed = this.#feeds.get(room)
    feed?.close(connection)
    if (feed?.isEmpty) this.#feeds.delete(room)
  }

  closeAll(connection: Connection): void {
    this.#sleepers.remove(connection)
    for (const room of this.#rooms.get(connection) ?? []) this.close(connection, room)
    this.#rooms.delete(connection)
  }

  async deliver(delivery: RoomDelivery): Promise<Outcome<Presence>> {
    const woken = await this.#wakeSleepers(delivery.room)
    if ('refused' in woken) return woken
    const feed = this.#feeds.get(delivery.room)
    if (!feed) return ok('nobody')
    if (!(await feed.deliver(delivery))) return refuse('retry', 'the gap could not be fetched')
    // Only now: what was missed may be the departure of somebody who is not to hear more.
    if (delivery.events) feed.signal(delivery.events)
    return ok('here')
  }

  #wakeSleepers(room: RoomId): Outcome<null> | Promise<Outcome<null>> {
    if (!this.#sleepers.concern(room)) return ok(null)
    return this.#sleepers.wake(room, (connection, { floor, seq }) => {
      if (this.isFollowing(connection, room)) return
      this.#feed(room).rejoin(connection, floor - 1, seq)
      this.#roomsOf(connection).add(room)
    })
  }

  #feed(room: RoomId): Feed<RoomDelivery> {
    const known = this.#feeds.get(room)
    if (known) return known
    const feed = new Feed<RoomDelivery>(
      (after) => this.#peers.room(room).replay(this.#subscriber, after),
      (connection, delivery) => this.#hand(connection, delivery),
    )
    this.#feeds.set(room, feed)
    return feed
  }

  /** The one who departed sees the departure and nothing after it (I9). */
  #hand(connection: Connection, { event, room, departed }: RoomDelivery): void {
    connection.push(event)
    const { session } = connection
    if (session.state === 'authenticated' && session.user === departed) this.close(connection, room)
  }

  #roomsOf(connection: Connection): Set<RoomId> {
    const known = this.#rooms.get(connection)
    if (known) return known
    const rooms = new Set<RoomId>()
    this.#rooms.set(connection, rooms)
    return rooms
  }
}

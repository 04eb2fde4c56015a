import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import type { UserId } from '#protocol/ids.ts'
import type { Presence, Subscriber } from '../followers.ts'
import type { Peers } from '../ports/peers.ts'
import type { InboxDelivery } from '../user/inbox.ts'
import type { Connection } from './connection.ts'
import { Feed } from './feed.ts'

/** The inboxes of the users who are connected here. */
export class InboxFeeds {
  readonly #feeds = new Map<UserId, Feed<InboxDelivery>>()
  readonly #peers: Peers
  readonly #subscriber: Subscriber
  readonly #isHere: (user: UserId) => boolean
  readonly #hand: (connection: Connection, delivery: InboxDelivery) => void

  /** `isHere` tells of users who are logged in without following yet: the user has to know of this gateway all the same. */
  constructor(
    peers: Peers,
    subscriber: Subscriber,
    isHere: (user: UserId) => boolean,
    hand: (connection: Connection, delivery: InboxDelivery) => void,
  ) {
    this.#peers = peers
    this.#subscriber = subscriber
    this.#isHere = isHere
    this.#hand = hand
  }

  /** Opens the feed; the answer begins it from a place, as `Feed.begin`. */
  open(connection: Connection, user: UserId): (seq: number) => Promise<boolean> {
    const feed = this.#feeds.get(user) ?? this.#create(user)
    const subscription = feed.open(connection)
    return (seq) => feed.begin(connection, subscription, seq)
  }

  /** Goes on for a connection of before this gateway was out of memory. */
  rejoin(connection: Connection, user: UserId): void {
    const feed = this.#feeds.get(user) ?? this.#create(user)
    feed.rejoin(connection, 0, Number.POSITIVE_INFINITY)
  }

  close(connection: Connection, user: UserId): void {
    const feed = this.#feeds.get(user)
    feed?.close(connection)
    if (feed?.isEmpty) this.#feeds.delete(user)
  }

  /** What a page after `after` brings, for a connection that catches up. */
  replay(user: UserId, after: number): Promise<Outcome<InboxDelivery>> {
    return this.#peers.user(user).replay(this.#subscriber, after)
  }

  async deliver(delivery: InboxDelivery): Promise<Outcome<Presence>> {
    const feed = this.#feeds.get(delivery.user)
    if (!feed) return ok(this.#isHere(delivery.user) ? 'here' : 'nobody')
    return (await feed.deliver(delivery)) ? ok('here') : refuse('retry', 'the gap could not be fetched')
  }

  #create(user: UserId): Feed<InboxDelivery> {
    const feed = new Feed<InboxDelivery>((after) => this.replay(user, after), this.#hand)
    this.#feeds.set(user, feed)
    return feed
  }
}

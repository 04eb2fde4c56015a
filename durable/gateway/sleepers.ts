import { isTransient, type Outcome, ok } from '#protocol/errors.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { Subscriber } from '../followers.ts'
import type { Peers } from '../ports/peers.ts'
import type { Connection } from './connection.ts'

/** From where on a member may read, and the head at which it was one. */
type Standing = { readonly floor: number; readonly seq: number }

type Join = (connection: Connection, standing: Standing) => void

/**
 * Connections that followed their rooms before this gateway was out of memory. Which rooms, the rooms know: each is
 * asked once, when it first has something to say.
 */
export class Sleepers {
  readonly #peers: Peers
  readonly #subscriber: Subscriber
  readonly #users = new Map<Connection, UserId>()
  readonly #asking = new Map<RoomId, Promise<Outcome<null>>>()
  readonly #answered = new Set<RoomId>()

  constructor(peers: Peers, subscriber: Subscriber) {
    this.#peers = peers
    this.#subscriber = subscriber
  }

  add(connection: Connection, user: UserId): void {
    this.#users.set(connection, user)
  }

  remove(connection: Connection): void {
    this.#users.delete(connection)
    if (this.#users.size === 0) this.#answered.clear()
  }

  /** Whether somebody here may follow the room without this gateway knowing it. */
  concern(room: RoomId): boolean {
    return this.#users.size > 0 && !this.#answered.has(room)
  }

  /** Asks the room, and calls `join` with each connection that follows it, before anything of the room is told here. */
  wake(room: RoomId, join: Join): Promise<Outcome<null>> {
    const asking = this.#asking.get(room) ?? this.#ask(room, join).finally(() => this.#asking.delete(room))
    this.#asking.set(room, asking)
    return asking
  }

  async #ask(room: RoomId, join: Join): Promise<Outcome<null>> {
    const outcome = await this.#peers.room(room).stillMembers(this.#subscriber, [...new Set(this.#users.values())])
    if ('refused' in outcome && isTransient(outcome.refused.kind)) return outcome
    const { seq, floors } = 'ok' in outcome ? outcome.ok : { seq: 0, floors: [] }
    const floorOf = new Map(floors)
    for (const [connection, user] of this.#users) {
      const floor = floorOf.get(user)
      if (floor !== undefined) join(connection, { floor, seq })
    }
    this.#answered.add(room)
    return ok(null)
  }
}

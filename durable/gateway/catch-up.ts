import { composeHeads } from '#protocol/codec.ts'
import { isTransient } from '#protocol/errors.ts'
import type { DeviceId, RoomId, UserId } from '#protocol/ids.ts'
import type { Sync } from '#protocol/up/sync.ts'
import type { Subscriber } from '../followers.ts'
import type { Peers } from '../ports/peers.ts'
import type { Connection } from './connection.ts'
import type { InboxFeeds } from './inbox-feeds.ts'
import type { Portions } from './portions.ts'
import type { Opened, RoomFeeds } from './room-feeds.ts'

/** Few enough that what somebody says meanwhile waits for less than a millisecond. */
const ROOMS_IN_PORTION = 8

/** Of one client, where rooms take their time to answer. What is not told yet is kept for it: at most 1 MiB of heads. */
const PORTIONS_UNDER_WAY = 4

type Told = Opened & { readonly room: RoomId }

/** Brings one connection up to date and lets it follow from there (SPEC.md, C). */
export class CatchUp {
  readonly #peers: Peers
  readonly #subscriber: Subscriber
  readonly #rooms: RoomFeeds
  readonly #inboxes: InboxFeeds
  readonly #portions: Portions

  constructor(peers: Peers, portions: Portions, subscriber: Subscriber, rooms: RoomFeeds, inboxes: InboxFeeds) {
    this.#peers = peers
    this.#subscriber = subscriber
    this.#rooms = rooms
    this.#inboxes = inboxes
    this.#portions = portions
  }

  /** Answers a `sync`: the inbox since its cursor, then every room's head. Stops when the connection moves on. */
  async run(connection: Connection, user: UserId, device: DeviceId, sync: Sync): Promise<void> {
    const epoch = connection.beginSync()
    this.#rooms.closeAll(connection)
    if (!(await this.#portions.next(connection, epoch))) return
    const rooms = await this.#inbox(connection, user, device, sync, epoch)
    if (!rooms) return
    const held = new Map(sync.rooms)
    const order = [...new Set([...held.keys(), ...rooms])].filter((room) => rooms.has(room))
    const joining: Promise<boolean>[] = []
    for (const portion of inPortions(order)) {
      await joining.at(-PORTIONS_UNDER_WAY)
      // Nothing more is asked for a client that does not take what it is told.
      if (!(await connection.hasRoom(epoch))) return
      if (!(await this.#portions.next(connection, epoch))) return
      const joined = this.#joinAll(connection, user, portion, held, epoch, joining.at(-1))
      // What fails is heard below, but perhaps only after others.
      joined.catch(() => {})
      joining.push(joined)
    }
    const complete = (await Promise.all(joining)).every(Boolean)
    if (!connection.isAt(epoch)) return
    connection.caughtUp()
    connection.say({ type: 'heads', heads: [], last: complete ? 'complete' : 'incomplete' })
  }

  /** Follows one room from here on, or anew: the client gets its head first. */
  async join(connection: Connection, user: UserId, room: RoomId): Promise<void> {
    const { epoch } = connection
    if (!(await connection.hasRoom(epoch))) return
    if (!(await this.#portions.next(connection, epoch))) return
    const joined = await this.#joinAll(connection, user, [room], new Map(), epoch)
    if (!joined && connection.isAt(epoch)) connection.say({ type: 'heads', heads: [], last: 'incomplete' })
  }

  async #inbox(
    connection: Connection,
    user: UserId,
    device: DeviceId,
    sync: Sync,
    epoch: number,
  ): Promise<Set<RoomId> | undefined> {
    const begin = this.#inboxes.open(connection, user)
    const attached = await this.#peers.user(user).attach(device, sync.inbox, this.#subscriber)
    if (!connection.isAt(epoch)) return undefined
    if ('refused' in attached) {
      connection.say({ type: 'failed', re: sync.id, refusal: attached.refused })
      return undefined
    }
    const { cursor, missed } = attached.ok
    const rooms = new Set(attached.ok.rooms)
    connection.say({ type: 'ready', re: sync.id, inbox: cursor, rooms: [...rooms] })
    let page = missed
    while (page.to >= page.from || !(await begin(page.to))) {
      if (page.to >= page.from) connection.push(page.event)
      for (const { kind, room } of page.entries) {
        if (kind === 'room-added') rooms.add(room)
        if (kind === 'room-removed') rooms.delete(room)
      }
      if (!(await connection.hasRoom(epoch))) return undefined
      const next = await this.#inboxes.replay(user, page.to)
      if (!connection.isAt(epoch)) return undefined
      if ('refused' in next) {
        connection.say({ type: 'failed', re: sync.id, refusal: next.refused })
        return undefined
      }
      page = next.ok
    }
    return rooms
  }

  /**
   * Asks for the heads, tells them after the ones before, goes live; rooms that moved on meanwhile are asked again. False
   * when some could not answer just now; those that refuse for good are no longer this user's.
   */
  async #joinAll(
    connection: Connection,
    user: UserId,
    rooms: readonly RoomId[],
    held: ReadonlyMap<RoomId, number>,
    epoch: number,
    before?: Promise<unknown>,
  ): Promise<boolean> {
    let after = new Map(rooms.map((room) => [room, held.get(room) ?? 0]))
    let complete = true
    while (after.size > 0) {
      const asked = await Promise.all([...after].map(([room, seq]) => this.#ask(connection, user, room, seq)))
      const told = asked.filter((answer) => typeof answer === 'object')
      complete &&= !asked.includes('not now')
      await before
      if (!(await connection.hasRoom(epoch))) return false
      this.#tell(connection, told)
      const begun = await Promise.all(told.map((one) => this.#rooms.begin(connection, one.room, one)))
      if (!connection.isAt(epoch)) return false
      after = new Map(told.filter((_, i) => !begun[i]).map(({ room, seq }) => [room, seq]))
    }
    return complete
  }

  async #ask(connection: Connection, user: UserId, room: RoomId, after: number): Promise<Told | 'not now' | 'never'> {
    const outcome = await this.#rooms.open(connection, user, room, after)
    if ('ok' in outcome) return { room, ...outcome.ok }
    return isTransient(outcome.refused.kind) ? 'not now' : 'never'
  }

  #tell(connection: Connection, told: readonly Told[]): void {
    // Meanwhile the user may have left one, or come back into it: this head is not its present state.
    const current = told.filter(({ room, subscription }) => this.#rooms.isPending(connection, room, subscription))
    if (current.length > 0) connection.compose((scratch) => composeHeads(scratch, current))
  }
}

function inPortions(rooms: readonly RoomId[]): RoomId[][] {
  const count = Math.ceil(rooms.length / ROOMS_IN_PORTION)
  return Array.from({ length: count }, (_, i) => rooms.slice(i * ROOMS_IN_PORTION, (i + 1) * ROOMS_IN_PORTION))
}

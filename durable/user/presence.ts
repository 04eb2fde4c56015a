import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { Settings } from '#protocol/settings.ts'
import type { Subscriber } from '../followers.ts'
import { directRoomId } from '../identity.ts'
import type { Host } from '../ports/host.ts'
import type { Write } from '../ports/storage.ts'
import { LastSeen } from './last-seen.ts'
import type { RoomList } from './room-list.ts'

/** Whether a user is connected, and until when one was who is not. Without both nothing is certain, or told. */
export type Whereabouts = { readonly online: boolean; readonly seenAt?: number }

const UNTOLD = ok<Whereabouts>({ online: false })
const STRANGER = refuse('forbidden', 'no direct room in which this user takes part')

export type PresenceParts = {
  readonly user: UserId
  readonly host: Host
  readonly rooms: RoomList
  readonly gateways: () => readonly Subscriber[]
  /** The actor's own: resolves when this and all before it is durable. */
  readonly commit: (writes: readonly Write[]) => Promise<void>
}

/**
 * What others may know of where a user is. Nothing is kept about who is connected, so nothing can go stale: the gateways
 * know.
 */
export class PresenceKeeper {
  readonly #parts: PresenceParts
  readonly #lastSeen = new LastSeen()

  constructor(parts: PresenceParts) {
    this.#parts = parts
  }

  load(): Promise<void> {
    return this.#lastSeen.load(this.#parts.host.storage)
  }

  arrived(): Write[] {
    return this.#lastSeen.arrived()
  }

  /** The last connection to one gateway has ended. */
  async left(from: Subscriber): Promise<Outcome<null>> {
    const at = this.#parts.host.clock.now()
    const { arrivals } = this.#lastSeen
    const isElsewhere = await this.#isConnected(({ generation }) => generation !== from.generation)
    const isGone = isElsewhere === false && arrivals === this.#lastSeen.arrivals
    if (isGone) await this.#parts.commit(this.#lastSeen.left(at))
    return ok(null)
  }

  /** Where this user is, for another. */
  async tell(asker: UserId): Promise<Outcome<Whereabouts>> {
    const mayAsk = await this.#takesPartIn(directRoomId(asker, this.#parts.user))
    if ('refused' in mayAsk) return mayAsk
    if (!mayAsk.ok) return STRANGER
    if (this.#lastSeen.isHidden) return UNTOLD
    const online = await this.#isConnected()
    const { at } = this.#lastSeen
    await this.#parts.commit([])
    return ok(online === false && at !== undefined ? { online, seenAt: at } : { online: online ?? false })
  }

  /** Where another user is, for this one. */
  async ask(other: UserId): Promise<Outcome<Whereabouts>> {
    await this.#parts.commit([])
    return this.#lastSeen.isHidden ? UNTOLD : this.#parts.host.peers.user(other).presence(this.#parts.user)
  }

  /** The settings after a change of some of them. */
  async settings({ showsPresence }: Partial<Settings>): Promise<Outcome<Settings>> {
    const shows = showsPresence ?? !this.#lastSeen.isHidden
    await this.#parts.commit(this.#lastSeen.hide(!shows))
    return ok({ showsPresence: shows })
  }

  /** Anybody may open a room with this user: only a room knows whether it is more than that. */
  async #takesPartIn(room: RoomId): Promise<Outcome<boolean>> {
    const { user, host, rooms, commit } = this.#parts
    await commit([])
    if (!rooms.includes(room)) return ok(false)
    if (rooms.knowsPartIn(room)) return ok(true)
    const takesPart = await host.peers.room(room).takesPart(user)
    if ('ok' in takesPart && takesPart.ok) await commit(rooms.takesPartIn(room))
    return takesPart
  }

  /** Undefined where a gateway that may know does not answer. */
  async #isConnected(counts: (gateway: Subscriber) => boolean = () => true): Promise<boolean | undefined> {
    const { user, host, gateways } = this.#parts
    const asked = gateways().filter(counts)
    const answers = await Promise.all(
      asked.map(({ gateway, generation }) => host.peers.gateway(gateway).isConnected(generation, user)),
    )
    if (answers.some((answer) => 'ok' in answer && answer.ok)) return true
    return answers.some((answer) => 'refused' in answer) ? undefined : false
  }
}

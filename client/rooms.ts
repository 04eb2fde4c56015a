import type { Delivery } from '#protocol/down/delivery.ts'
import type { Heads } from '#protocol/down/heads.ts'
import type { Inbox } from '#protocol/down/inbox.ts'
import type { Read } from '#protocol/down/read.ts'
import type { Received } from '#protocol/down/received.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import { MAX_HELD_ROOMS, MAX_PAGE_RECORDS } from '#protocol/limits.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import type { RoomHead } from '#protocol/room-head.ts'
import { type HeldFiles, heldFiles } from './held-files.ts'
import { loadPages, PAGE_RECORDS } from './pages.ts'
import type { Store } from './ports/store.ts'
import { RefusedError } from './refused-error.ts'
import { RoomState } from './room-state.ts'
import { keys, saved } from './saved.ts'
import type { Saver } from './saver.ts'

const OLDER_AT_ONCE = 50

type Held = { readonly last: number; readonly rev: number }

export type RoomsListeners = {
  changed(room: RoomId): void
  gone(room: RoomId): void
  /** The timeline is now known up to `upTo`; these records of it are new here. */
  seen(room: RoomId, records: readonly TimelineRecord[], upTo: number): void
  /** Something was missed that only catching up again can bring. */
  missed(): void
  history(room: RoomId, direction: 'older' | 'newer', anchor: number, limit: number): Promise<readonly TimelineRecord[]>
}

/** The rooms of this user, kept true by heads, deliveries, marks and the inbox (SPEC.md, F and C, on the client's side). */
export class Rooms {
  readonly #store: Store
  readonly #saver: Saver
  readonly #listeners: RoomsListeners
  readonly #rooms = new Map<RoomId, RoomState>()
  /** Rooms being filled, and up to where. One that is left and joined again is another. */
  readonly #filling = new Map<RoomState, { to: number }>()
  readonly #loadingOlder = new Map<RoomId, Promise<void>>()
  /** What was held of each room when the last sync was asked for. */
  #said = new Map<RoomId, Held>()
  #me: UserId | undefined
  /** Counts those who were here: what is read for one is nothing to the next. */
  #stay = 0
  #inbox: number | undefined

  constructor(store: Store, saver: Saver, listeners: RoomsListeners) {
    this.#store = store
    this.#saver = saver
    this.#listeners = listeners
  }

  /** Shows what is on the device. */
  async load(me: UserId): Promise<void> {
    this.#me = me
    const stay = this.#stay
    const inbox = await saved.inbox.get(this.#store, keys.inbox)
    if (this.#stay !== stay) return
    this.#inbox = inbox
    const ids = (await this.#store.keys(keys.rooms)).map((key) => key.slice(keys.rooms.length) as RoomId)
    await Promise.all(ids.map((id) => this.#loadOne(id, me)))
  }

  /** The server goes on from a backup. All is asked for anew, and shown as it was until that comes. */
  startOver(): Promise<void> {
    for (const id of this.#rooms.keys()) this.#saver.removed(id)
    this.#rooms.clear()
    this.#said.clear()
    this.#inbox = undefined
    return this.#saver.settled()
  }

  forget(): void {
    this.#stay++
    this.#rooms.clear()
    this.#said.clear()
    this.#inbox = undefined
    this.#me = undefined
  }

  begin(me: UserId): void {
    this.#me = me
  }

  /** What a `sync` says this client holds; the server takes the rooms that are not named for unknown here. */
  say(): { inbox?: number; rooms: [RoomId, number][] } {
    // What was asked for before may stay unanswered; what is missing then is asked for anew.
    this.#filling.clear()
    this.#loadingOlder.clear()
    this.#said = new Map([...this.#rooms].map(([id, { rev, timeline }]) => [id, { rev, last: timeline.last }]))
    const rooms = [...this.#rooms.values()]
      .map(({ id, timeline }) => [id, timeline.last, timeline.records.at(-1)?.at ?? 0] as const)
      .sort(([, , a], [, , b]) => b - a)
      .slice(0, MAX_HELD_ROOMS)
      .map(([id, last]): [RoomId, number] => [id, last])
    return { ...(this.#inbox !== undefined && { inbox: this.#inbox }), rooms }
  }

  get(room: RoomId): RoomState | undefined {
    return this.#rooms.get(room)
  }

  ids(): RoomId[] {
    return [...this.#rooms.keys()]
  }

  /** A `sync` was answered: where the inbox goes on, and which rooms there are. */
  ready(inbox: number, rooms: readonly RoomId[]): void {
    // A server that goes on from before the cursor does not know what came up to it any more.
    if (this.#inbox === undefined || inbox < this.#inbox) this.#advance(inbox)
    const mine = new Set(rooms)
    for (const room of this.#rooms.keys()) if (!mine.has(room)) this.#remove(room)
  }

  heads({ heads }: Heads): void {
    for (const head of heads) this.#head(head)
  }

  #head(head: RoomHead): void {
    const known = this.#rooms.get(head.room)
    if (known && this.#isOlderCopy(head)) return this.#begin(known)
    // A head of before what is known here: something was said or changed since.
    if (known && (head.rev < known.rev || head.seq < known.timeline.last)) return
    if (!known && !isWhole(head)) return this.#listeners.missed()
    if (known) known.applyHead(head)
    else if (this.#me) this.#rooms.set(head.room, RoomState.fromHead(this.#me, head))
    this.#listeners.seen(head.room, head.records, head.seq)
    this.#touch(head.room)
  }

  /**
   * Whether the server has lost what it once told: it runs on an older copy of its data. A head that answers a sync was
   * made after it, and else shows at least what that said is held.
   */
  #isOlderCopy({ room, seq, rev }: RoomHead): boolean {
    const said = this.#said.get(room)
    return said !== undefined && (seq < said.last || rev < said.rev)
  }

  /** Asks for all of a room anew. It is shown as it was until that comes. */
  #begin({ id }: RoomState): void {
    this.#rooms.delete(id)
    this.#said.delete(id)
    this.#saver.removed(id)
    this.#listeners.missed()
  }

  delivery({ room, to, records }: Delivery): void {
    const state = this.#rooms.get(room)
    if (!state) return this.#ofUnknown(records)
    if (to <= state.timeline.last) return
    if (!state.applyRecords(records) || state.timeline.last < to) return this.#fill(state, to)
    this.#listeners.seen(room, records, to)
    this.#touch(room)
  }

  /** A room that others tell of, and whose head never came; unless it is only the goodbye. */
  #ofUnknown(records: readonly TimelineRecord[]): void {
    const last = records.at(-1)
    const isGoodbye = last?.kind === 'left' && last.user === this.#me
    if (!isGoodbye) this.#listeners.missed()
  }

  read({ room, user, seq, ord }: Read): void {
    if (this.#rooms.get(room)?.mark(user, seq, ord)) this.#touch(room)
  }

  /** A device of another has got so far. */
  received({ room, seq }: Received): void {
    if (this.#rooms.get(room)?.receive(seq)) this.#touch(room)
  }

  /** Marks a room read here; false when it was already. */
  markRead(room: RoomId, seq: number): boolean {
    const state = this.#rooms.get(room)
    if (!state || !this.#me || !state.mark(this.#me, Math.min(seq, state.timeline.last))) return false
    this.#touch(room)
    return true
  }

  /** Applies the entries, and only then moves the cursor past them (I8). */
  inbox({ from, to, entries }: Inbox): void {
    const cursor = this.#inbox ?? 0
    if (to <= cursor) return
    if (from > cursor + 1) return this.#listeners.missed()
    for (const { kind, room, rev } of entries) {
      if (kind === 'room-removed' && (this.#rooms.get(room)?.rev ?? 0) <= rev) this.#remove(room)
    }
    this.#advance(to)
  }

  /** The messages with files on this device. Nothing of a room that is not there. */
  filesHeld(room: RoomId): Promise<HeldFiles> | undefined {
    const state = this.#rooms.get(room)
    return state && heldFiles(this.#store, state)
  }

  /** Loads older records until a place is among them, or no more come. */
  async loadBackTo(room: RoomId, seq: number, insist: (ask: () => Promise<void>) => Promise<void>): Promise<void> {
    const first = () => this.#rooms.get(room)?.timeline.first ?? 0
    let before = Number.POSITIVE_INFINITY
    while (first() > seq && first() < before) {
      before = first()
      await insist(() => this.loadOlder(room))
    }
  }

  /** Loads older records, from the device if they are there. */
  loadOlder(room: RoomId): Promise<void> {
    const state = this.#rooms.get(room)
    if (!state) return Promise.resolve()
    const known = this.#loadingOlder.get(room)
    if (known !== undefined) return known
    const loading: Promise<void> = this.#loadOlder(state).finally(
      () => this.#loadingOlder.get(room) === loading && this.#loadingOlder.delete(room),
    )
    this.#loadingOlder.set(room, loading)
    return loading
  }

  async #loadOlder(state: RoomState): Promise<void> {
    const { first } = state.timeline
    if (first <= state.floor) return
    const cached = await loadPages(this.#store, state.id, state.floor, first - 1, OLDER_AT_ONCE)
    if (cached.length > 0) state.prepend(cached, 'cache')
    else state.prepend(await this.#listeners.history(state.id, 'older', first, OLDER_AT_ONCE), 'server')
    this.#touch(state.id)
  }

  async #loadOne(id: RoomId, me: UserId): Promise<void> {
    const stay = this.#stay
    const room = await saved.room.get(this.#store, keys.room(id))
    if (!room) return
    const records = await loadPages(this.#store, id, room.first, room.last, PAGE_RECORDS / 2)
    // Without its records the row promises what is not held: fetch from the start.
    if (records.length > 0 && this.#stay === stay) this.#rooms.set(id, RoomState.fromSaved(id, me, room, records))
  }

  /** Fetches what is missing up to `to`; one fetch at a time for each room. What cannot be fetched now, catch-up brings. */
  #fill(state: RoomState, to: number): void {
    const filling = this.#filling.get(state)
    if (filling) {
      filling.to = Math.max(filling.to, to)
      return
    }
    const goal = { to }
    this.#filling.set(state, goal)
    void this.#fillUntil(state, goal)
      .catch((error) => {
        if (!(error instanceof RefusedError)) throw error
        this.#listeners.missed()
      })
      .finally(() => this.#filling.get(state) === goal && this.#filling.delete(state))
  }

  async #fillUntil(state: RoomState, goal: { readonly to: number }): Promise<void> {
    while (state.timeline.last < goal.to) {
      const records = await this.#listeners.history(state.id, 'newer', state.timeline.last, MAX_PAGE_RECORDS)
      if (this.#rooms.get(state.id) !== state) return
      if (records.length === 0 || !state.applyRecords(records)) return
      this.#listeners.seen(state.id, records, state.timeline.last)
      this.#touch(state.id)
    }
  }

  #touch(room: RoomId): void {
    const state = this.#rooms.get(room)
    if (state) this.#saver.room(state)
    this.#listeners.changed(room)
  }

  #remove(room: RoomId): void {
    if (!this.#rooms.delete(room)) return
    this.#saver.removed(room)
    this.#listeners.gone(room)
  }

  #advance(cursor: number): void {
    this.#inbox = cursor
    this.#saver.cursor(cursor)
  }
}

/** Whether it stands on its own. The others leave out what was held when they were asked for, and is no more. */
function isWhole({ seq, records }: RoomHead): boolean {
  return (records.at(-1)?.seq ?? 0) === seq
}

import { makeAutoObservable, observable, observableRef } from 'mobx'
import { type RoomView, type Snug, type StrandedView, unsentIn } from '#client/index.ts'
import type { RoomId } from '#protocol/ids.ts'
import type { ProfilesStore } from './profiles-store.ts'

type Client = Pick<Snug, 'rooms' | 'on' | 'stranded'>

/** The conversations of this account, newest activity first. */
export class RoomsStore {
  query = ''
  stranded: readonly StrandedView[] = []
  /** Counts how often somebody was sent back to the list: each time the focus goes there. */
  turns = 0
  // Shallow: a room brings thousands of records, which never change in place.
  readonly #rooms = observable.map<RoomId, RoomView>({}, { deep: false })
  readonly #profiles: ProfilesStore
  readonly #client: Client

  constructor(client: Client, profiles: ProfilesStore) {
    this.#client = client
    this.#profiles = profiles
    makeAutoObservable(this, { get: false, nameOf: false, strandedIn: false, stranded: observableRef })
    this.reload()
    client.on('room', (room) => this.take(room))
    client.on('room-gone', (room) => this.drop(room))
    client.on('account', () => this.reload())
  }

  get(room: RoomId): RoomView | undefined {
    return this.#rooms.get(room)
  }

  get all(): readonly RoomView[] {
    return [...this.#rooms.values()].sort((a, b) => lastActivity(b) - lastActivity(a))
  }

  /** Those whose name contains what was searched for. */
  get found(): readonly RoomView[] {
    const wanted = this.query.trim().toLocaleLowerCase()
    if (wanted === '') return this.all
    return this.all.filter((room) => this.searched(room).toLocaleLowerCase().includes(wanted))
  }

  get unread(): number {
    return this.all.reduce((total, room) => total + room.unread, 0)
  }

  get unsent(): number {
    return unsentIn([...this.#rooms.values(), ...this.stranded])
  }

  /** What had been written in a room that has gone since, and was not sent. */
  strandedIn(room: RoomId): StrandedView | undefined {
    return this.stranded.find(({ id }) => id === room)
  }

  /** The title of a group, the other's name in a direct room; undefined until it is known. */
  nameOf(room: RoomView): string | undefined {
    return room.peer === undefined ? room.title : this.#profiles.of(room.peer)?.name
  }

  turnTo(): void {
    this.turns++
  }

  search(query: string): void {
    this.query = query
  }

  /** Takes over what the client holds: after it has read its cache, or when the account changed. */
  reload(): void {
    this.#rooms.replace(new Map(this.#client.rooms))
    this.stranded = this.#client.stranded
  }

  private searched(room: RoomView): string {
    const handle = room.peer && this.#profiles.of(room.peer)?.handle
    return `${this.nameOf(room) ?? ''} ${handle ?? ''}`
  }

  private take(room: RoomView): void {
    this.#rooms.set(room.id, room)
    // It may have come back.
    if (this.strandedIn(room.id)) this.stranded = this.#client.stranded
  }

  private drop(room: RoomId): void {
    this.#rooms.delete(room)
    this.stranded = this.#client.stranded
  }
}

/** When something last happened in a room, in ms; what waits to be sent counts too. */
export function lastActivity(room: RoomView): number {
  return Math.max(room.records.at(-1)?.at ?? 0, room.outgoing.at(-1)?.composedAt ?? 0)
}

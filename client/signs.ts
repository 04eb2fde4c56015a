import type { Heads } from '#protocol/down/heads.ts'
import type { Read } from '#protocol/down/read.ts'
import type { Received } from '#protocol/down/received.ts'
import type { Typing } from '#protocol/down/typing.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import { Marks } from './marks.ts'
import type { Clock } from './ports/clock.ts'
import type { Rooms } from './rooms.ts'
import type { Session } from './session.ts'
import { Typists } from './typists.ts'

/** What is read within this was also received: the mark of that need not be sent. */
const RECEIVED_AFTER_MS = 1_000

export type SignsParts = {
  readonly clock: Clock
  readonly session: Session
  readonly rooms: Rooms
  readonly me: () => UserId | undefined
  readonly changed: (room: RoomId) => void
}

/** What people let each other know beside what they write: what they have received, read, and that they are writing. */
export class Signs {
  readonly typists: Typists
  readonly #session: Session
  readonly #rooms: Rooms
  readonly #me: () => UserId | undefined
  readonly #read: Marks
  readonly #received: Marks
  /** What the server knows to be here. */
  readonly #receivedUpTo = new Map<RoomId, number>()

  constructor({ clock, session, rooms, me, changed }: SignsParts) {
    this.#session = session
    this.#rooms = rooms
    this.#me = me
    this.typists = new Typists(clock, changed)
    const say = (type: 'mark-read' | 'mark-received') => (room: RoomId, seq: number) => {
      if (session.isLoggedIn) session.say({ type, room, seq })
    }
    this.#read = new Marks(clock, say('mark-read'))
    this.#received = new Marks(clock, say('mark-received'), RECEIVED_AFTER_MS)
  }

  // What this client does.

  markRead(room: RoomId, seq: number): void {
    if (!this.#rooms.markRead(room, seq)) return
    const read = this.#rooms.get(room)?.read ?? seq
    this.#read.mark(room, read)
    this.#received.confirmed(room, read)
  }

  type(room: RoomId): void {
    if (this.#session.isLoggedIn && this.#rooms.get(room) && this.typists.isDue(room))
      this.#session.say({ type: 'typing', room })
  }

  // What the server says.

  /** A head knows the mark of before; what was read here since is said again. */
  heads({ heads }: Heads): void {
    for (const { room, read, ownReceived = 0 } of heads) {
      this.#heardReceived(room, ownReceived)
      const here = this.#rooms.get(room)?.read ?? 0
      if (here > read) this.#read.mark(room, here)
      else this.#read.drop(room)
    }
  }

  seen(room: RoomId, records: readonly TimelineRecord[]): void {
    for (const record of records) {
      if (record.kind === 'text') this.typists.ended(room, record.by)
      if (record.kind === 'left') this.typists.ended(room, record.user)
    }
    // One that could not be said would be said again for ever.
    if (!this.#session.understands('mark-received')) return
    const news = this.#rooms.get(room)?.unreadOfPeer ?? 0
    if (news > (this.#receivedUpTo.get(room) ?? 0)) this.#received.mark(room, news)
  }

  read(event: Read): void {
    if (event.user === this.#me()) {
      this.#read.confirmed(event.room, event.seq)
      this.#received.confirmed(event.room, event.seq)
    }
    this.#rooms.read(event)
  }

  received(event: Received): void {
    const { room, user, seq } = event
    if (user !== this.#me()) return this.#rooms.received(event)
    this.#heardReceived(room, seq)
  }

  typing({ room, user }: Typing): void {
    if (user !== this.#me() && this.#rooms.get(room)) this.typists.heard(room, user)
  }

  /** The connection is gone. */
  lost(): void {
    this.typists.forget()
  }

  drop(room: RoomId): void {
    this.#read.drop(room)
    this.#received.drop(room)
    this.#receivedUpTo.delete(room)
  }

  forget(): void {
    this.#read.forget()
    this.#received.forget()
    this.#receivedUpTo.clear()
    this.typists.forget()
  }

  /** The server knows that so much is here. */
  #heardReceived(room: RoomId, seq: number): void {
    this.#receivedUpTo.set(room, Math.max(seq, this.#receivedUpTo.get(room) ?? 0))
    this.#received.confirmed(room, seq)
  }
}

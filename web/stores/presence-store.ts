import { makeAutoObservable, observableRef, reaction, runInAction } from 'mobx'
import { type PresenceView, RefusedError, type Snug } from '#client/index.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { AttentionStore } from './attention-store.ts'
import type { ClockStore } from './clock-store.ts'
import type { RoomsStore } from './rooms-store.ts'
import type { SessionStore } from './session-store.ts'

export type PresenceSurroundings = {
  readonly client: Pick<Snug, 'presence'>
  readonly session: Pick<SessionStore, 'connection'>
  readonly rooms: Pick<RoomsStore, 'get'>
  readonly attention: AttentionStore
  readonly clock: ClockStore
}

/** What was heard is shown for so long to a page that nobody looks at, to the minute. */
const HEARSAY_LASTS_MS = 2 * 60_000

/** Whether the other of a direct conversation is connected: asked each minute in which somebody looks, and at once then. */
export class PresenceStore {
  /** Undefined while it is not known, and where this device is cut off. */
  where: PresenceView | undefined = undefined
  readonly #room: RoomId
  readonly #user: UserId
  readonly #around: PresenceSurroundings
  #askedAt = 0

  constructor(room: RoomId, user: UserId, around: PresenceSurroundings) {
    this.#room = room
    this.#user = user
    this.#around = around
    makeAutoObservable(this, { where: observableRef, watch: false })
  }

  /** Keeps it true until the returned function is called. */
  watch(): () => void {
    const stops = [
      reaction(
        () => ({ looks: this.looks, minute: this.#around.clock.now }),
        ({ looks }) => (looks ? void this.ask() : this.forgetHearsay()),
        { fireImmediately: true, equals: (a, b) => a.looks === b.looks && a.minute === b.minute },
      ),
      reaction(
        () => this.hasReadTo,
        () => this.looks && !this.where?.online && void this.ask(),
      ),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  /** Moves when the other reads or writes here: then they are there, and may just have begun to let it be known. */
  private get hasReadTo(): number {
    return this.#around.rooms.get(this.#room)?.marks.get(this.#user) ?? 0
  }

  private get looks(): boolean {
    return this.#around.attention.attentive && this.#around.session.connection.status === 'live'
  }

  private async ask(): Promise<void> {
    this.#askedAt = this.#around.clock.now
    const where = await this.#around.client.presence(this.#user).catch(refused)
    runInAction(() => {
      this.where = where
    })
  }

  private forgetHearsay(): void {
    const { session, clock } = this.#around
    const isOld = clock.now - this.#askedAt >= HEARSAY_LASTS_MS
    if (isOld || session.connection.status !== 'live') this.where = undefined
  }
}

/** Then nothing is known. */
function refused(error: unknown): undefined {
  if (!(error instanceof RefusedError)) throw error
}

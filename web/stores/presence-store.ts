import { makeAutoObservable, observableRef, reaction, runInAction } from 'mobx'
import { type PresenceView, RefusedError, type Snug } from '#client/index.ts'
import type { UserId } from '#protocol/ids.ts'
import type { AttentionStore } from './attention-store.ts'
import type { ClockStore } from './clock-store.ts'
import type { SessionStore } from './session-store.ts'

export type PresenceSurroundings = {
  readonly client: Pick<Snug, 'presence'>
  readonly session: Pick<SessionStore, 'connection'>
  readonly attention: AttentionStore
  readonly clock: ClockStore
}

/** Whether the other of a direct conversation is connected: asked each minute in which somebody looks. */
export class PresenceStore {
  /** Undefined while it is not known, and where this device is cut off. */
  where: PresenceView | undefined = undefined
  readonly #user: UserId
  readonly #around: PresenceSurroundings

  constructor(user: UserId, around: PresenceSurroundings) {
    this.#user = user
    this.#around = around
    makeAutoObservable(this, { where: observableRef, watch: false })
  }

  /** Keeps it true until the returned function is called. */
  watch(): () => void {
    return reaction(
      () => ({ looks: this.looks, minute: this.#around.clock.now }),
      ({ looks }) => (looks ? void this.ask() : this.forgetOffline()),
      { fireImmediately: true, equals: (a, b) => a.looks === b.looks && a.minute === b.minute },
    )
  }

  private get looks(): boolean {
    return this.#around.attention.attentive && this.#around.session.connection.status === 'live'
  }

  private async ask(): Promise<void> {
    const where = await this.#around.client.presence(this.#user).catch(refused)
    runInAction(() => {
      this.where = where
    })
  }

  private forgetOffline(): void {
    if (this.#around.session.connection.status !== 'live') this.where = undefined
  }
}

/** Then nothing is known. */
function refused(error: unknown): undefined {
  if (!(error instanceof RefusedError)) throw error
}

import type { Refusal } from '#protocol/errors.ts'
import type { AccountKeeper } from './account-keeper.ts'
import type { Clock } from './ports/clock.ts'
import { RefusedError } from './refused-error.ts'

/** A log-in with the kept token that was refused for a passing reason is tried again after this. */
const RETRY_MS = 2_000

type Listeners = {
  entered(): Promise<void>
  dismissed(why: 'revoked' | Refusal): void
}

/** Logs this device in with its token on each connection. */
export class Recognition {
  readonly #clock: Clock
  readonly #keeper: AccountKeeper
  readonly #listeners: Listeners
  /** Counts connections, so that what belongs to an earlier one can be told apart. */
  #connections = 0

  constructor(clock: Clock, keeper: AccountKeeper, listeners: Listeners) {
    this.#clock = clock
    this.#keeper = keeper
    this.#listeners = listeners
  }

  async begin(): Promise<void> {
    const connection = this.#connections
    try {
      await this.#keeper.authenticate()
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      if (connection === this.#connections) await this.#refused(error.refusal)
      return
    }
    await this.#listeners.entered()
  }

  /** The connection is gone. */
  lost(): void {
    this.#connections++
  }

  async #refused(refusal: Refusal): Promise<void> {
    if (refusal.kind === 'not-logged-in') return this.#listeners.dismissed('revoked')
    // Of a server that does not know the account: what this device keeps is for the one that does.
    const isElsewhere = refusal.kind === 'not-found'
    if (isElsewhere || refusal.kind === 'insecure-connection') return this.#listeners.dismissed(refusal)
    const connection = this.#connections
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#clock.after(refusal.retryAfterMs ?? RETRY_MS, resolve)
    await promise
    if (connection === this.#connections) await this.begin()
  }
}

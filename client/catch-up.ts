import type { Failed } from '#protocol/down/failed.ts'
import type { Refusal } from '#protocol/errors.ts'
import type { Clock } from './ports/clock.ts'
import { RefusedError } from './refused-error.ts'
import { isUnread } from './session.ts'

/** What was refused, or left rooms out, is asked again after this at the earliest. */
const RETRY_MS = 2_000

/** Before the first, second... sync that repeats one without having caught up in between: a slow reader must not spin. */
const PAUSES_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 10_000] as const
const LONGEST_PAUSE_MS = 10_000

export type CatchUpListeners = {
  /** Asks the server; calls `answered` with the answer's `re`, before anything that follows the answer. */
  sync(answered: (re: number) => void): Promise<unknown>
  /** From here on this device is behind; nothing that was said before is sure to be answered. */
  behind(): void
  caughtUp(): void
  /** The server does not know this device any more. */
  unknown(): void
}

/** pausing: until the next sync; asked: no answer yet; told: answered, the heads are coming. */
type Step = 'not logged in' | 'pausing' | 'asked' | 'told' | 'live'

/** Brings this device up to date on each connection, and again whenever something was missed (SPEC.md, C). */
export class CatchUp {
  readonly #clock: Clock
  readonly #listeners: CatchUpListeners
  #step: Step = 'not logged in'
  #re: number | undefined
  /** How often it has begun again since it was last complete. */
  #repeats = 0
  /** Which sync counts: what becomes of an earlier one is of no interest. */
  #attempt = 0
  #stopPause = () => {}

  constructor(clock: Clock, listeners: CatchUpListeners) {
    this.#clock = clock
    this.#listeners = listeners
  }

  /** Logged in. Resolves when the server has answered, or is to be asked again later. */
  async begin(): Promise<void> {
    if (this.#step !== 'not logged in') return
    this.#listeners.behind()
    await this.#ask()
  }

  /** The server has stopped telling, and goes on when it is asked. */
  again(atLeastMs = 0): void {
    if (this.#step === 'not logged in') return
    this.#listeners.behind()
    this.#step = 'pausing'
    this.#askLater(atLeastMs)
  }

  /** Something was missed. While a sync is due or unanswered, that one brings it. */
  missed(): void {
    if (this.#step === 'told' || this.#step === 'live') this.again()
  }

  /** A refusal that answers no request under way: of the rest of a sync, or of a frame, in which there may have been anything. */
  failed(event: Failed): void {
    const isSync = this.#step === 'told' && event.re === this.#re
    if (isSync || isUnread(event)) this.#refused(event.refusal)
  }

  /** All heads have been told, or all but some of rooms that could not be asked just now. */
  ended(last: 'complete' | 'incomplete'): void {
    // What was under way when the next sync was asked for says nothing about that one.
    if (this.#step !== 'told' && this.#step !== 'live') return
    const isNew = this.#step === 'told'
    this.#step = 'live'
    if (last === 'complete') this.#repeats = 0
    // Live for all the other rooms meanwhile.
    else this.#askLater(RETRY_MS)
    if (isNew) this.#listeners.caughtUp()
  }

  /** The connection is gone. */
  lost(): void {
    this.#step = 'not logged in'
    this.#attempt++
    this.#stopPause()
  }

  #askLater(atLeastMs: number): void {
    this.#attempt++
    this.#stopPause()
    const ms = Math.max(atLeastMs, PAUSES_MS[this.#repeats++] ?? LONGEST_PAUSE_MS)
    if (ms === 0) void this.#ask()
    else this.#stopPause = this.#clock.after(ms, () => void this.#ask())
  }

  async #ask(): Promise<void> {
    const attempt = ++this.#attempt
    this.#step = 'asked'
    try {
      await this.#listeners.sync((re) => {
        this.#step = 'told'
        this.#re = re
      })
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      if (attempt === this.#attempt) this.#refused(error.refusal)
    }
  }

  #refused({ kind, retryAfterMs }: Refusal): void {
    if (kind === 'not-logged-in') this.#listeners.unknown()
    else this.again(retryAfterMs ?? RETRY_MS)
  }
}

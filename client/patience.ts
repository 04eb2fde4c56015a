import type { Emitter } from 'nanoevents'
import { isTransient, refuse } from '#protocol/errors.ts'
import type { ClientEvents, Connection } from './model.ts'
import type { Clock } from './ports/clock.ts'
import { offline, RefusedError } from './refused-error.ts'

/** Between two attempts, where the refusal names no time. */
const RETRY_MS = 1_000

/** Waiting that comes to an end, also when what is waited for never happens. */
export class Patience {
  readonly #clock: Clock
  readonly #events: Emitter<ClientEvents>
  readonly #connection: () => Connection

  constructor(clock: Clock, events: Emitter<ClientEvents>, connection: () => Connection) {
    this.#clock = clock
    this.#events = events
    this.#connection = connection
  }

  /** Resolves when it holds; rejects when that takes too long, or cannot happen any more. */
  async until(holds: () => boolean, withinMs: number, isPossible = () => true): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const look = () => {
      const end = this.#end ?? (isPossible() ? undefined : offline())
      if (holds()) resolve()
      else if (end) reject(end)
    }
    const stops = [
      this.#clock.after(withinMs, () => reject(new RefusedError(refuse('retry', 'it took too long').refused))),
      this.#events.on('room', look),
      this.#events.on('account', look),
      this.#events.on('connection', look),
    ]
    look()
    try {
      await promise
    } finally {
      for (const stop of stops) stop()
    }
  }

  /** For what may be asked twice: asks again after a refusal for now and after a lost connection, as long as there is time. */
  async insist<Answer>(ask: () => Promise<Answer>, withinMs: number): Promise<Answer> {
    const until = this.#clock.now() + withinMs
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof RefusedError) || !isTransient(error.refusal.kind)) throw error
        const pauseMs = error.refusal.retryAfterMs ?? RETRY_MS
        if (this.#end || this.#clock.now() + pauseMs > until) throw error
        await new Promise<void>((resolve) => this.#clock.after(pauseMs, resolve))
      }
    }
  }

  /** Why nothing more is to be expected of the server. */
  get #end(): RefusedError | undefined {
    const connection = this.#connection()
    switch (connection.status) {
      case 'stopped':
        return offline()
      case 'refused':
        return new RefusedError(connection.refusal)
      default:
        return undefined
    }
  }
}

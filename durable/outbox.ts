import type * as z from 'zod/mini'
import { isTransient, type Outcome } from '#protocol/errors.ts'
import type { Log } from './ports/log.ts'
import type { Storage, Write } from './ports/storage.ts'
import { Table } from './rows.ts'

const BATCH = 50

/**
 * Effects on other actors, committed together with the change that causes them and carried out at least once. Whoever
 * receives one applies it idempotently.
 */
export class Outbox<Effect> {
  readonly #table: Table<Effect>
  readonly #pending = new Map<number, Effect>()
  readonly #perform: (effect: Effect) => Promise<Outcome<unknown>>
  readonly #log: Log
  #next = 1

  constructor(schema: z.ZodMiniType<Effect>, log: Log, perform: (effect: Effect) => Promise<Outcome<unknown>>) {
    this.#table = new Table('outbox', schema)
    this.#perform = perform
    this.#log = log
  }

  async load(storage: Storage): Promise<void> {
    for (const [key, effect] of await this.#table.all(storage)) this.#pending.set(Number(key), effect)
    this.#next = Math.max(0, ...this.#pending.keys()) + 1
  }

  add(effect: Effect): Write {
    const key = this.#next++
    this.#pending.set(key, effect)
    return this.#table.put(key, effect)
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0
  }

  /** The newest effect: once its commit is durable, all up to it may be carried out. */
  get last(): number {
    return this.#next - 1
  }

  /** What is pending up to `upTo`, in bounded batches; one that fails holds up none after it. */
  batches(upTo: number): (readonly [key: number, effect: Effect])[][] {
    const due = [...this.#pending].filter(([key]) => key <= upTo)
    return Array.from({ length: Math.ceil(due.length / BATCH) }, (_, i) => due.slice(i * BATCH, (i + 1) * BATCH))
  }

  /** Carries out a batch; the answer settles those that succeeded, and those that never can. */
  async carryOut(batch: readonly (readonly [key: number, effect: Effect])[]): Promise<Write[]> {
    const outcomes = await Promise.all(batch.map(([, effect]) => this.#perform(effect)))
    return batch.flatMap(([key, effect], i) => {
      const outcome = outcomes[i]
      if (outcome && 'refused' in outcome) {
        if (isTransient(outcome.refused.kind)) return []
        this.#log.warn('an effect was refused for good', { effect, refusal: outcome.refused })
      }
      return this.#pending.delete(key) ? [this.#table.delete(key)] : []
    })
  }
}

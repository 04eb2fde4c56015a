import type { Outcome } from '#protocol/errors.ts'
import { Workerd } from './workerd.ts'

/** Actors with an agenda in workerd, whose alarms a test rings (tests/support/workerd/planner-worker.ts). */
export class Planners {
  readonly #workerd: Workerd

  private constructor(workerd: Workerd) {
    this.#workerd = workerd
  }

  static async start(): Promise<Planners> {
    const durableObjects = { USER: { className: 'PlannerObject', useSQLite: true } }
    return new Planners(await Workerd.start('tests/support/workerd/planner-worker.ts', { durableObjects }))
  }

  call(actor: string, method: string, ...args: unknown[]): Promise<Outcome<unknown>> {
    return this.#fetch(`${actor}/${method}`, { method: 'POST', body: JSON.stringify(args) })
  }

  /** Rings an alarm before its time; resolves with when it rings next. */
  ringNow(actor: string): Promise<number | null> {
    return this.#fetch(actor, { method: 'PUT' })
  }

  dispose(): Promise<void> {
    return this.#workerd.dispose()
  }

  async #fetch<Answer>(path: string, init: RequestInit): Promise<Answer> {
    const answer = await fetch(`${await this.#workerd.url()}/${path}`, init)
    return (await answer.json()) as Answer
  }
}

import type { Outcome } from '#protocol/errors.ts'
import { Workerd } from './workerd.ts'

/** Actors in workerd that do what a test asks of them (tests/support/workerd/probe-worker.ts). */
export class Probes {
  readonly #workerd: Workerd

  private constructor(workerd: Workerd) {
    this.#workerd = workerd
  }

  static async start(): Promise<Probes> {
    const durableObjects = { USER: { className: 'ProbeObject', useSQLite: true } }
    return new Probes(await Workerd.start('tests/support/workerd/probe-worker.ts', { durableObjects }))
  }

  call(actor: string, method: string, ...args: unknown[]): Promise<Outcome<unknown>> {
    return this.#fetch(`${actor}/${method}`, { method: 'POST', body: JSON.stringify(args) })
  }

  /** When it rings next (ms). */
  alarm(actor: string): Promise<number | null> {
    return this.#fetch(actor, { method: 'GET' })
  }

  /** Rings an alarm before its time; resolves with when it rings next. */
  ringNow(actor: string): Promise<number | null> {
    return this.#fetch(actor, { method: 'PUT' })
  }

  /** The entries that were logged with such a message. */
  logged(message: string): string[] {
    return this.#workerd.logs.filter((line) => line.includes(`"msg":"${message}"`))
  }

  restart(): Promise<void> {
    return this.#workerd.restart()
  }

  dispose(): Promise<void> {
    return this.#workerd.dispose()
  }

  async #fetch<Answer>(path: string, init: RequestInit): Promise<Answer> {
    const answer = await fetch(`${await this.#workerd.url()}/${path}`, init)
    return (await answer.json()) as Answer
  }
}

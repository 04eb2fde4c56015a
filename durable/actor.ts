import { Agenda } from './agenda.ts'
import type { Host } from './ports/host.ts'
import type { Write } from './ports/storage.ts'

/** What failed for a passing reason is tried again after this. */
export const RETRY_AFTER_MS = 2_000

/**
 * The rules of a turn (SPEC.md, T): read asynchronously, then decide and commit without an await between; let
 * nothing out that depends on a commit before it is durable; after a failed commit this instance is no more.
 */
export abstract class Actor<H extends Host = Host, Task extends string = never> {
  readonly id: string
  protected readonly host: H
  protected readonly agenda = new Agenda<Task>()
  #durable: Promise<void> = Promise.resolve()
  /** Undefined when the host may have forgotten it. */
  #alarm: number | null | undefined = null

  constructor(id: string, host: H) {
    this.id = id
    this.host = host
  }

  /** Reads what the actor decides on. Called once, before anything else. */
  async load(): Promise<void> {
    await this.agenda.load(this.host.storage)
    this.#alarm = this.agenda.wakeAt
  }

  /** Carries out one task of the agenda: clears it or plans it anew. */
  protected abstract perform(task: Task): Promise<void>

  /** The alarm set by a commit is due. May come late and more than once. */
  async wake(): Promise<void> {
    const now = this.host.clock.now()
    const due = this.agenda.due(now)
    // Some hosts forget an alarm that has rung: it is said again, also where it stays.
    this.#alarm = undefined
    await this.commit(due.map((task) => this.agenda.plan(task, now + RETRY_AFTER_MS)))
    for (const task of due) await this.perform(task)
  }

  /** Issues a commit of what this turn has just decided. Rejects when it failed; this instance is then destroyed. */
  protected commit(writes: readonly Write[]): Promise<void> {
    const { wakeAt } = this.agenda
    const moved = wakeAt !== this.#alarm
    if (writes.length === 0 && !moved) return this.#durable
    this.#alarm = wakeAt
    const durable = this.host.storage.commit(moved ? { writes, wakeAt } : { writes })
    this.#durable = durable
    durable.catch((error) => this.host.destroy(error))
    return durable
  }

  /** Resolves when everything decided so far is durable: what is read from memory leaves only after it. */
  protected durable(): Promise<void> {
    return this.#durable
  }
}

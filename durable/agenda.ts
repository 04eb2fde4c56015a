import * as z from 'zod/mini'
import type { Storage, Write } from './ports/storage.ts'
import { Table } from './rows.ts'

const table = new Table('agenda', z.int())

/** What an actor must still do, and when: durable, committed with the change that makes it necessary. */
export class Agenda<Task extends string> {
  readonly #due = new Map<Task, number>()

  async load(storage: Storage): Promise<void> {
    for (const [task, at] of await table.all(storage)) this.#due.set(task as Task, at)
  }

  plan(task: Task, at: number): Write {
    this.#due.set(task, at)
    return table.put(task, at)
  }

  /** As `plan`, unless it is due before that. */
  planBy(task: Task, at: number): Write {
    return this.plan(task, Math.min(at, this.#due.get(task) ?? at))
  }

  clear(task: Task): Write[] {
    return this.#due.delete(task) ? [table.delete(task)] : []
  }

  has(task: Task): boolean {
    return this.#due.has(task)
  }

  due(now: number): Task[] {
    return [...this.#due].filter(([, at]) => at <= now).map(([task]) => task)
  }

  /** The time of the actor's one alarm. */
  get wakeAt(): number | null {
    return this.#due.size === 0 ? null : Math.min(...this.#due.values())
  }
}

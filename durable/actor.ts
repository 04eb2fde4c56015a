import type { Host } from './ports/host.ts'
import type { Commit } from './ports/storage.ts'

/**
 * The rules of a turn (SPEC.md, T): read asynchronously, then decide and commit without an await between; let
 * nothing out that depends on a commit before it is durable; after a failed commit this instance is no more.
 */
export abstract class Actor<H extends Host = Host> {
  readonly id: string
  protected readonly host: H
  #durable: Promise<void> = Promise.resolve()

  constructor(id: string, host: H) {
    this.id = id
    this.host = host
  }

  /** Reads what the actor decides on. Called once, before anything else. */
  abstract load(): Promise<void>

  /** The alarm set by a commit's `wakeAt` is due. May come late and more than once. */
  abstract wake(): Promise<void>

  /** Issues a commit for what this turn has just decided. Rejects when it failed; the instance is then destroyed. */
  protected commit(commit: Commit): Promise<void> {
    const durable = this.host.storage.commit(commit)
    this.#durable = durable
    durable.catch((error) => this.host.destroy(error))
    return durable
  }

  /** Resolves when everything decided so far is durable: what is read from memory leaves only after it. */
  protected durable(): Promise<void> {
    return this.#durable
  }
}

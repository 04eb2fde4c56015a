import type { Clock } from '#durable/ports/clock.ts'
import type { ObjectStore } from '#durable/ports/object-store.ts'
import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import type { CopiedRow } from '#workers/backup/rows.ts'
import type { SnapshotStore } from './snapshot-store.ts'

/** What a share of the store is asked for while a copy of all of it is taken, on whichever thread it is. */
export type SnapshotCalls = {
  /** Nothing is committed, and no object deleted, from here on. */
  holdSnapshot(): Promise<Outcome<null>>
  /** Commits go on. */
  openSnapshot(): Promise<Outcome<null>>
  /** Some more rows; null behind the last. */
  nextRows(): Promise<Outcome<readonly CopiedRow[] | null>>
  /** Somebody is copying still. */
  renewSnapshot(): Promise<Outcome<null>>
  endSnapshot(): Promise<Outcome<null>>
}

/** Whoever held a snapshot and has asked for nothing since does not keep objects for ever. */
const SNAPSHOT_LASTS_MS = 6 * 3_600_000

/** Answers for one share of the store. */
export class SnapshotDesk implements SnapshotCalls {
  readonly #store: SnapshotStore
  readonly #clock: Clock
  #rows: AsyncIterator<CopiedRow[]> | undefined
  #keepsObjectsUntil = 0

  constructor(store: SnapshotStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  async holdSnapshot() {
    this.#keepObjects()
    await this.#store.holdSnapshot()
    return ok(null)
  }

  async openSnapshot() {
    this.#store.openSnapshot()
    this.#rows = this.#store.snapshotRows()[Symbol.asyncIterator]()
    return ok(null)
  }

  async nextRows() {
    await this.renewSnapshot()
    try {
      const next = await this.#rows?.next()
      return ok(next && !next.done ? next.value : null)
    } catch (error) {
      return refuse('retry', error instanceof Error ? error.message : String(error))
    }
  }

  async renewSnapshot() {
    if (this.#keepsObjectsUntil > 0) this.#keepObjects()
    return ok(null)
  }

  async endSnapshot() {
    this.#keepsObjectsUntil = 0
    this.#rows = undefined
    await this.#store.endSnapshot()
    return ok(null)
  }

  /** Objects that rows of a snapshot may name are deleted when it has been copied. */
  keeping(objects: ObjectStore): ObjectStore {
    return new Proxy(objects, {
      get: (target, name) => {
        if (name === 'delete' && this.#clock.now() < this.#keepsObjectsUntil) return async () => LATER
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  #keepObjects(): void {
    this.#keepsObjectsUntil = this.#clock.now() + SNAPSHOT_LASTS_MS
  }
}

const LATER = refuse('retry', 'a backup is being made')

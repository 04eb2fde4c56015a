import type { CopiedRow } from '#workers/backup/rows.ts'
import type { RowsChange } from '../store/change.ts'
import type { ActorPartition, ActorStore, TableName, TableRows } from '../stores.ts'
import { Snapshot } from './snapshot.ts'

/** A store of which a copy can be taken while it is used. */
export class SnapshotStore implements ActorStore {
  readonly #store: ActorStore
  readonly #partitions = new Map<ActorPartition, ActorPartition>()
  #snapshot: Snapshot | undefined

  constructor(store: ActorStore) {
    this.#store = store
  }

  partitionOf(actor: string): ActorPartition {
    const inner = this.#store.partitionOf(actor)
    const known = this.#partitions.get(inner)
    if (known) return known
    const partition = {
      commit: (change: RowsChange) => this.#commit(inner, change),
      rows: (name: string, table: string): TableRows => inner.rows(name, table),
    }
    this.#partitions.set(inner, partition)
    return partition
  }

  get batches(): Promise<unknown> | undefined {
    return this.#store.batches
  }

  alarms(): Promise<Iterable<[actor: string, at: number]>> {
    return this.#store.alarms()
  }

  tables(): AsyncIterable<TableName> {
    return this.#store.tables()
  }

  settled(): Promise<void> {
    return this.#store.settled()
  }

  close(): Promise<boolean> {
    return this.#store.close()
  }

  /** Commits wait from here on, until `openSnapshot`. Resolves when those before it are settled. */
  async holdSnapshot(): Promise<void> {
    await this.endSnapshot()
    this.#snapshot = new Snapshot(this.#store)
    await this.#snapshot.hold()
  }

  openSnapshot(): void {
    this.#snapshot?.open()
  }

  snapshotRows(): AsyncIterable<CopiedRow[]> {
    if (!this.#snapshot) throw new Error('no snapshot was taken')
    return this.#snapshot.rows()
  }

  async endSnapshot(): Promise<void> {
    await this.#snapshot?.end()
  }

  #commit(partition: ActorPartition, change: RowsChange): Promise<void> {
    if (this.#snapshot?.isPassed) this.#snapshot = undefined
    return this.#snapshot ? this.#snapshot.commit(partition, change) : partition.commit(change)
  }
}

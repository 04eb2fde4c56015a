import type { Entry, Key } from '#durable/ports/storage.ts'
import type { Outages } from './outages.ts'
import type { RowsChange } from './store/change.ts'
import type { Batch } from './store/group-commit.ts'

/** What the actors of this process, or of one of its threads, are kept in. */
export interface ActorStore {
  partitionOf(actor: string): ActorPartition
  /** What is being written; undefined when nothing is. */
  readonly batches: Promise<unknown> | undefined
  /** Every actor that has an alarm, asked before any actor of the store is loaded. */
  alarms(): Promise<Iterable<[actor: string, at: number]>>
  /** Every table that had rows when it was asked and still has some, once each, in no order. */
  tables(): AsyncIterable<TableName>
  /** Resolves when everything committed so far has been settled. */
  settled(): Promise<void>
  /** Waits for what is being written, a few seconds at most. Answers whether all of it went well. */
  close(): Promise<boolean>
}

export type TableName = { readonly actor: string; readonly table: string }

/** The actors whose commits are written one after the other. */
export interface ActorPartition {
  /** Resolves when the change is durable. */
  commit(change: RowsChange): Promise<void>
  rows(actor: string, table: string): TableRows
}

/** The rows of one table of one actor, with every commit that has resolved. The reads are those of the Storage port. */
export interface TableRows {
  get(keys: readonly Key[]): Promise<(Uint8Array | undefined)[]>
  range(from: number, to: number, maxBytes: number): Promise<Entry<number>[]>
  page(after: Key | undefined, limit: number): Promise<Entry[]>
}

export type ActorStoreEvents = {
  /** A batch of commits is durable. */
  readonly onBatch: (batch: Batch) => void
  /** Nothing of this store can be trusted until the process starts anew. */
  readonly onFailure: (error: Error) => void
  /** Hears where the store takes nothing, of a store that then goes on trying. */
  readonly outages?: Outages
}

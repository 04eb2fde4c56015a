import { type Address, nameOf } from '../actors/address.ts'
import { partitionNumber } from '../partitions.ts'

/** What lives where: a thread has every so-many-th partition of the store, and the actors whose rows lie there. */
export class Placement {
  readonly #partitions: number
  readonly #threads: number

  constructor(partitions: number, threads: number) {
    this.#partitions = partitions
    this.#threads = threads
  }

  hasPartition(thread: number, partition: number): boolean {
    return partition % this.#threads === thread
  }

  threadOf(actor: Address): number {
    return partitionNumber(nameOf(actor), this.#partitions) % this.#threads
  }

  /** The name of a thread's own gateway: the first whose rows lie there, so that it is found like any other actor. */
  gatewayOf(thread: number): string {
    for (let i = 0; ; i++) {
      const id = `g${i}`
      if (this.threadOf({ kind: 'gateway', id }) === thread) return id
    }
  }
}

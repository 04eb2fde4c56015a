/** Those of a store's partitions that are open here, by their number; the others are missing. */
export class Partitions<Partition extends { readonly batch: Promise<unknown> | undefined }> {
  readonly #all: readonly (Partition | undefined)[]
  readonly open: readonly Partition[]

  constructor(all: readonly (Partition | undefined)[]) {
    this.#all = all
    this.open = all.filter((partition) => partition !== undefined)
  }

  /** In which an actor is kept. */
  of(actor: string): Partition {
    const partition = this.#all[partitionNumber(actor, this.#all.length)]
    if (!partition) throw new Error(`the partition of ${actor} is not open here`)
    return partition
  }

  has(partition: number): boolean {
    return this.#all[partition] !== undefined
  }

  /** What is being written; undefined when nothing is. */
  get batches(): Promise<unknown> | undefined {
    const batches = this.open.flatMap(({ batch }) => batch ?? [])
    return batches.length === 0 ? undefined : Promise.allSettled(batches)
  }
}

/** FNV-1a over code units. Part of the format of every store: an actor must stay where it was put. */
export function partitionNumber(actor: string, partitions: number): number {
  let value = 0x811c9dc5
  for (let i = 0; i < actor.length; i++) value = Math.imul(value ^ actor.charCodeAt(i), 0x01000193)
  return (value >>> 0) % partitions
}

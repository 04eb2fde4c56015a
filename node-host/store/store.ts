import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../start-error.ts'
import { type DataFolder, openFolder } from './folder.ts'
import { Partition, type PartitionEvents } from './partition.ts'

/** The embedded store: a folder that one process owns, divided into partitions that sync each for itself. */
export class Store {
  readonly #folder: DataFolder
  readonly #partitions: readonly Partition[]

  private constructor(folder: DataFolder, partitions: readonly Partition[]) {
    this.#folder = folder
    this.#partitions = partitions
  }

  /** Throws a StartError when the folder is in use, of a newer format, holds something else, or cannot be written. */
  static async open(
    path: string,
    { onBatch = () => {}, onFailure = () => {} }: Partial<PartitionEvents> = {},
  ): Promise<Store> {
    const folder = await openFolder(path)
    const partitions: Partition[] = []
    try {
      for (let i = 0; i < folder.partitions; i++) {
        partitions.push(await openPartition(join(path, `partition-${i}`), { onBatch, onFailure }))
      }
    } catch (error) {
      await new Store(folder, partitions).close()
      const reason = error instanceof Error ? error.message : String(error)
      throw new StartError(`The data folder ${path} cannot be opened: ${reason}.`, { cause: error })
    }
    return new Store(folder, partitions)
  }

  partitionOf(actor: string): Partition {
    const partition = this.#partitions[hash(actor) % this.#partitions.length]
    if (!partition) throw new Error('a store has at least one partition')
    return partition
  }

  /** Every actor that has an alarm. */
  *alarms(): Iterable<[actor: string, at: number]> {
    for (const partition of this.#partitions) yield* partition.alarms()
  }

  /** Waits for what is being written; then another process may open the folder. */
  async close(): Promise<void> {
    await Promise.all(this.#partitions.map((partition) => partition.close()))
    await this.#folder.release()
  }
}

async function openPartition(path: string, events: PartitionEvents): Promise<Partition> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const partition = await Partition.open(path, events)
  // LMDB lets a group write; until here the folder's own mode has kept others out.
  await Promise.all(Partition.files(path).map((file) => chmod(file, 0o600)))
  return partition
}

/** FNV-1a over code units. Part of the format: an actor must stay where it was put. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}

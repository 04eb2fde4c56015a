import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Partitions } from '../partitions.ts'
import { StartError } from '../start-error.ts'
import type { ActorStore, TableName } from '../stores.ts'
import { Damage, inFolder } from './damage.ts'
import { syncFolder } from './files.ts'
import { cannotUse, type DataFolder, type FolderFormat, openFolder, partitionName, placeOf } from './folder.ts'
import { Partition, type PartitionEvents } from './partition.ts'
import { systemWords } from './system-words.ts'

/** Which partitions of a folder are opened. */
export type StoreShare = {
  readonly path: string
  readonly format: FolderFormat
  readonly isMine: (partition: number) => boolean
}

export type StoreEvents = PartitionEvents & {
  /** The folder was not left in good order: it is read through first. */
  readonly onDoubt: () => void
}

/** The embedded store, or a thread's share of it: partitions of a folder that one process owns. Each syncs for itself. */
export class Store implements ActorStore {
  readonly #release: DataFolder['release']
  /** By their number in the folder; those that are not open here are missing. */
  readonly #partitions: Partitions<Partition>

  private constructor(partitions: readonly (Partition | undefined)[], release: DataFolder['release']) {
    this.#partitions = new Partitions(partitions)
    this.#release = release
  }

  /** Throws a StartError when the folder is in use, of a newer format, holds something else, or cannot be written. */
  static async open(path: string, { onDoubt = () => {}, ...events }: Partial<StoreEvents> = {}): Promise<Store> {
    const { format, release, becomeWhole } = await openFolder(path, { onDoubt, keepsObjects: false })
    const store = await Store.#open({ path, format, isMine: () => true }, events, release)
    await becomeWhole()
    return store
  }

  /** Opens some partitions of a folder that this process owns already. */
  static openShare(share: StoreShare, events: Partial<PartitionEvents> = {}): Promise<Store> {
    return Store.#open(share, events, async () => {})
  }

  static async #open(
    { path, format, isMine }: StoreShare,
    { onBatch = () => {}, onMove = () => {}, onFailure = () => {} }: Partial<PartitionEvents>,
    release: DataFolder['release'],
  ): Promise<Store> {
    const opened: (Partition | undefined)[] = []
    const events = { onBatch, onMove, onFailure: (error: Error) => onFailure(inWords(path, error)) }
    try {
      for (let i = 0; i < format.partitions; i++) {
        opened.push(isMine(i) ? await openPartition(path, i, format, events) : undefined)
      }
      await syncFolder(path)
    } catch (error) {
      await new Store(opened, () => release(false)).close()
      if (error instanceof Damage) throw inFolder(path, error)
      const reason = systemWords(error) ?? (error instanceof Error ? error.message : String(error))
      throw new StartError(`The data folder ${path} cannot be opened: ${reason}.`, { cause: error })
    }
    return new Store(opened, release)
  }

  partitionOf(actor: string): Partition {
    return this.#partitions.of(actor)
  }

  get batches(): Promise<unknown> | undefined {
    return this.#partitions.batches
  }

  async alarms(): Promise<[actor: string, at: number][]> {
    return this.#partitions.open.flatMap((partition) => [...partition.alarms()])
  }

  async *tables(): AsyncIterable<TableName> {
    for (const partition of this.#partitions.open) yield* partition.tables()
  }

  async settled(): Promise<void> {
    await Promise.all(this.#partitions.open.map((partition) => partition.settled()))
  }

  /** Then another process may open the folder. */
  async close(): Promise<boolean> {
    const closings = await Promise.allSettled(this.#partitions.open.map((partition) => partition.close()))
    const areClosed = closings.every(({ status }) => status === 'fulfilled')
    const isInOrder = areClosed && this.#partitions.open.every(({ isSound }) => isSound)
    await this.#release(isInOrder)
    for (const closing of closings) if (closing.status === 'rejected') throw closing.reason
    return isInOrder
  }
}

async function openPartition(
  folder: string,
  number: number,
  format: FolderFormat,
  events: PartitionEvents,
): Promise<Partition> {
  const path = join(folder, partitionName(number))
  await mkdir(path, { recursive: true, mode: 0o700 })
  const partition = await Partition.open(path, { ...events, place: placeOf(format, number), isWhole: format.isWhole })
  // LMDB lets a group write; until here the folder's own mode has kept others out.
  await Promise.all(Partition.files(path).map((file) => chmod(file, 0o600)))
  await syncFolder(path)
  return partition
}

/** What ends a host that runs, in the words of whoever runs it where there are some. */
function inWords(path: string, error: Error): Error {
  return systemWords(error) === undefined ? inFolder(path, error) : cannotUse(path, error)
}

import type { Log } from '#durable/ports/log.ts'
import type { Outages } from './outages.ts'
import type { RedisFormat } from './redis/ground.ts'
import type { Settings } from './settings-schema.ts'
import { type FolderFormat, openFolder } from './store/folder.ts'
import { DOUBT } from './store/inspection.ts'
import type { PartitionEvents } from './store/partition.ts'
import { Store } from './store/store.ts'
import type { ActorStore, ActorStoreEvents } from './stores.ts'

/** What a thread needs to know of the store to open its share of it. */
export type StoreSetup =
  | { readonly kind: 'embedded'; readonly path: string; readonly format: FolderFormat }
  | { readonly kind: 'redis'; readonly format: RedisFormat }

/** Where the actors of this process are kept: nobody else uses it until it is released. */
export type Ground = {
  readonly setup: StoreSetup
  /** Every partition is open, and so are the objects. */
  becomeWhole(): Promise<void>
  /** `inOrder`: every partition was closed, and none had failed. */
  release(inOrder: boolean): Promise<void>
}

export type GroundOptions = {
  readonly settings: Settings
  readonly log: Log
  /** It belongs to another host now. */
  readonly onFailure: (error: Error) => void
  readonly outages?: Outages
}

/** Throws a StartError where it cannot be used. */
export async function takeGround(options: GroundOptions): Promise<Ground> {
  const { settings, log } = options
  if (settings.redisUrl !== undefined) {
    const { takeRedis } = await import('./redis/take.ts')
    return takeRedis(settings.redisUrl, options)
  }
  const path = settings.data
  const { format, becomeWhole, release } = await openFolder(path, {
    onDoubt: () => log.info(DOUBT),
    keepsObjects: settings.s3Url === undefined,
  })
  return { setup: { kind: 'embedded', path, format }, becomeWhole, release }
}

/** Opens some partitions of what this process owns already. */
export async function openShare(
  setup: StoreSetup,
  isMine: (partition: number) => boolean,
  events: PartitionEvents & ActorStoreEvents,
): Promise<ActorStore> {
  if (setup.kind === 'embedded') return Store.openShare({ ...setup, isMine }, events)
  const { RedisStore } = await import('./redis/store.ts')
  return RedisStore.openShare({ format: setup.format, isMine }, events)
}

import type { Log } from '#durable/ports/log.ts'
import { openShare, takeGround } from '../ground.ts'
import { takeObjects } from '../object-store/take.ts'
import type { Settings } from '../settings-schema.ts'
import type { ObjectContents } from './contents.ts'
import { openContents } from './open-contents.ts'
import { SnapshotStore } from './snapshot-store.ts'

export type WholeStore = {
  readonly store: SnapshotStore
  readonly contents: ObjectContents
  /** Answers whether nobody else has used it since it was opened. */
  close(): Promise<boolean>
}

/** Opens all that a host keeps, while no host does. Throws a StartError where it cannot be used. */
export async function openWhole(settings: Settings, log: Log): Promise<WholeStore> {
  const objects = await takeObjects(settings)
  const onFailure = (error: Error) => {
    throw error
  }
  const ground = await takeGround({ settings, log, onFailure })
  const events = { onBatch: () => {}, onMove: () => {}, onFailure }
  const store = await openShare(ground.setup, () => true, events).catch(async (error) => {
    await ground.release(false)
    throw error
  })
  const contents = await openContents(objects)
  await ground.becomeWhole()
  return {
    store: new SnapshotStore(store),
    contents,
    async close() {
      contents.close()
      await ground.release(await store.close())
      return true
    },
  }
}

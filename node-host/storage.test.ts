import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storageContract } from '#tests/contracts/storage.ts'
import { ActorStorage } from './storage.ts'
import { Store } from './store/store.ts'

storageContract('the embedded store', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'snug-store-')), 'data')
  let store = await Store.open(folder)
  return {
    open: async (actor) => new ActorStorage(store.partitionOf(actor), actor),
    alarm: async (actor) => new Map(await store.alarms()).get(actor) ?? null,
    restart: async () => {
      await store.close()
      store = await Store.open(folder)
    },
    close: async () => {
      await store.close()
      await rm(join(folder, '..'), { recursive: true })
    },
  }
})

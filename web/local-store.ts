import localforage from 'localforage'
import { memoryStore, type Store } from '#client/index.ts'

/**
 * A store of this browser's IndexedDB. Where the browser refuses it (some private windows) the page still works, and
 * forgets when it is closed.
 */
export async function openLocalStore(storeName: string): Promise<Store> {
  const database = localforage.createInstance({ name: 'snug', storeName, driver: localforage.INDEXEDDB })
  try {
    await database.ready()
  } catch {
    return memoryStore()
  }
  return {
    get: async (key) => (await database.getItem<unknown>(key)) ?? undefined,
    set: async (key, value) => {
      await database.setItem(key, value)
    },
    remove: (key) => database.removeItem(key),
    keys: async (prefix) => (await database.keys()).filter((key) => key.startsWith(prefix)),
  }
}

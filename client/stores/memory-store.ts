import type { Store } from '../ports/store.ts'

/** A store that ends with the process: for bots, scripts and tests. Values are copied, as a real one would. */
export function memoryStore(): Store {
  const values = new Map<string, string>()
  return {
    async get(key) {
      const value = values.get(key)
      return value === undefined ? undefined : JSON.parse(value)
    },
    async set(key, value) {
      values.set(key, JSON.stringify(value))
    },
    async remove(key) {
      values.delete(key)
    },
    async keys(prefix) {
      return [...values.keys()].filter((key) => key.startsWith(prefix))
    },
  }
}

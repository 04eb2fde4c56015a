import type { Store } from '../ports/store.ts'

declare function structuredClone<Value>(value: Value): Value

/** A store that ends with the process: for bots, scripts and tests. Values are copied, as a real one would. */
export function memoryStore(): Store {
  const values = new Map<string, unknown>()
  return {
    async get(key) {
      return structuredClone(values.get(key))
    },
    async set(key, value) {
      values.set(key, structuredClone(value))
    },
    async remove(key) {
      values.delete(key)
    },
    async keys(prefix) {
      return [...values.keys()].filter((key) => key.startsWith(prefix))
    },
  }
}

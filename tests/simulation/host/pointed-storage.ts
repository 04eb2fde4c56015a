import type { Storage } from '#durable/ports/storage.ts'
import type { AwaitPoint } from './strikes.ts'

/** A storage that says when its user is about to wait, and when the wait is over. */
export function pointed(storage: () => Storage, pass: (point: AwaitPoint) => void): Storage {
  const reading = <T>(value: Promise<T>): Promise<T> => {
    pass('read')
    return value
  }
  return {
    get: (...args) => reading(storage().get(...args)),
    range: (...args) => reading(storage().range(...args)),
    page: (...args) => reading(storage().page(...args)),
    commit: async (commit) => {
      const durable = storage().commit(commit)
      pass('commit issued')
      await durable
      pass('commit durable')
    },
  }
}

import { describe } from 'vitest'
import { testCommits } from './storage/commits.ts'
import { Given, type StorageHost } from './storage/fixture.ts'
import { testRows } from './storage/rows.ts'

/** Registers the whole suite of the Storage port for one adapter. */
export function storageContract(name: string, makeHost: () => Promise<StorageHost>): void {
  describe(`storage: ${name}`, () => {
    const given = new Given(makeHost)
    testRows(given)
    testCommits(given)
  })
}

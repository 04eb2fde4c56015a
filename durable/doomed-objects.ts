import * as z from 'zod/mini'
import type { ObjectStore } from './ports/object-store.ts'
import type { Storage, Write } from './ports/storage.ts'
import { Table } from './rows.ts'

/** What has come of it so far lies in parts under the name of an upload. */
const doomedSchema = z.object({ upload: z.optional(z.string()) })
const table = new Table('doomed', doomedSchema)

/** Two requests each: a host may allow few from one event. */
const AT_ONCE = 20

/**
 * Objects that nobody names any more, by their keys: written down with the change that dooms them, and deleted when the
 * object store can be reached. A key is used once, so nothing that comes later is hit.
 */
export class DoomedObjects {
  readonly #doomed = new Map<string, z.infer<typeof doomedSchema>>()

  async load(storage: Storage): Promise<void> {
    for (const [key, row] of await table.all(storage)) this.#doomed.set(String(key), row)
  }

  get isEmpty(): boolean {
    return this.#doomed.size === 0
  }

  add(key: string, upload?: string): Write {
    const row = upload === undefined ? {} : { upload }
    this.#doomed.set(key, row)
    return table.put(key, row)
  }

  /** Deletes some of them. Answers the rows to remove: none where the store does not answer. */
  async deleteSome(objects: ObjectStore): Promise<Write[]> {
    const due = [...this.#doomed].slice(0, AT_ONCE)
    const outcomes = await Promise.all(due.map(([key, { upload }]) => deleteOne(objects, key, upload)))
    return due.flatMap(([key], i) => (outcomes[i] && this.#doomed.delete(key) ? [table.delete(key)] : []))
  }
}

async function deleteOne(objects: ObjectStore, key: string, upload: string | undefined): Promise<boolean> {
  const dropped = upload === undefined || 'ok' in (await objects.dropParts(key, upload))
  return dropped && 'ok' in (await objects.delete(key))
}

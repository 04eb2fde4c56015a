import * as z from 'zod/mini'
import { RETRY_AFTER_MS } from './actor.ts'
import type { Agenda } from './agenda.ts'
import type { Host } from './ports/host.ts'
import type { ObjectStore } from './ports/object-store.ts'
import type { Storage, Write } from './ports/storage.ts'
import { Table } from './rows.ts'

/** What has come of it so far lies in parts under the name of an upload. */
const doomedSchema = z.object({ upload: z.optional(z.string()) })
const table = new Table('doomed', doomedSchema)

/** Two requests each: a host may allow few from one event. */
const AT_ONCE = 20

export type DoomedParts = {
  readonly host: Pick<Host, 'objects' | 'clock'>
  /** The actor's own, in which `objects` says that there is something to delete. */
  readonly agenda: Pick<Agenda<'objects'>, 'plan' | 'clear'>
  readonly commit: (writes: readonly Write[]) => Promise<void>
}

/**
 * Objects that nobody names any more, by their keys: written down with the change that dooms them, and deleted when the
 * object store can be reached. A key is used once, so nothing that comes later is hit.
 */
export class DoomedObjects {
  readonly #parts: DoomedParts
  readonly #doomed = new Map<string, z.infer<typeof doomedSchema>>()

  constructor(parts: DoomedParts) {
    this.#parts = parts
  }

  async load(storage: Storage): Promise<void> {
    for (const [key, row] of await table.all(storage)) this.#doomed.set(String(key), row)
  }

  /** To be committed with what dooms it. */
  add(key: string, upload?: string): Write[] {
    const row = upload === undefined ? {} : { upload }
    this.#doomed.set(key, row)
    return [table.put(key, row), this.#plan()]
  }

  /** Deletes some of them; the rest, and those whose store does not answer, are due later. */
  async deleteSome(): Promise<void> {
    const due = [...this.#doomed].slice(0, AT_ONCE)
    if (due.length === 0) return
    const { host, agenda, commit } = this.#parts
    const outcomes = await Promise.all(due.map(([key, { upload }]) => deleteOne(host.objects, key, upload)))
    const gone = due.flatMap(([key], i) => (outcomes[i] && this.#doomed.delete(key) ? [table.delete(key)] : []))
    await commit([...gone, ...(this.#doomed.size === 0 ? agenda.clear('objects') : [this.#plan()])])
  }

  #plan(): Write {
    return this.#parts.agenda.plan('objects', this.#parts.host.clock.now() + RETRY_AFTER_MS)
  }
}

async function deleteOne(objects: ObjectStore, key: string, upload: string | undefined): Promise<boolean> {
  const dropped = upload === undefined || 'ok' in (await objects.dropParts(key, upload))
  return dropped && 'ok' in (await objects.delete(key))
}

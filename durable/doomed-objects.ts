import * as z from 'zod/mini'
import { timestampSchema } from '#protocol/fields.ts'
import { RETRY_AFTER_MS } from './actor.ts'
import type { Agenda } from './agenda.ts'
import type { Host } from './ports/host.ts'
import { type ObjectStore, TRANSFER_LASTS_MS, URL_LASTS_MS } from './ports/object-store.ts'
import type { Storage, Write } from './ports/storage.ts'
import { Table } from './rows.ts'

const doomedSchema = z.object({
  /** What has come of it so far lies in parts under the name of an upload. */
  upload: z.optional(z.string()),
  /** The object itself stays: only parts of it that come late go. */
  isKept: z.optional(z.boolean()),
  /** Until then somebody may still send it; rows of before do not say. */
  until: z._default(timestampSchema, 0),
})
const table = new Table('doomed', doomedSchema)

type Doomed = z.infer<typeof doomedSchema> & { readonly dueAt: number }

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
 * object store can be reached. Whoever was given a URL to send one may do so after that, so each is deleted again when
 * no URL holds, and once more when no transfer can still go on. A key is used for one file, so no other is hit.
 */
export class DoomedObjects {
  readonly #parts: DoomedParts
  /** Those that were tried last stand last. */
  readonly #doomed = new Map<string, Doomed>()

  constructor(parts: DoomedParts) {
    this.#parts = parts
  }

  async load(storage: Storage): Promise<void> {
    for (const [key, row] of await table.all(storage)) this.#doomed.set(String(key), { ...row, dueAt: this.#now })
  }

  has(key: string): boolean {
    const doomed = this.#doomed.get(key)
    return doomed !== undefined && !doomed.isKept
  }

  /** To be committed with what dooms it: from then on no URL is made for it. */
  add(key: string, upload = this.#doomed.get(key)?.upload): Write[] {
    return this.#put(key, upload === undefined ? {} : { upload })
  }

  /** To be committed with the joining of its parts: whoever was given URLs for them may send them once more. */
  addParts(key: string, upload: string): Write[] {
    return this.#put(key, { upload, isKept: true })
  }

  /** As `add`, of those keys that there are. */
  addAll(...keys: readonly (string | false | undefined)[]): Write[] {
    return keys.flatMap((key) => (key ? this.add(key) : []))
  }

  /** Deletes some of those that are due; the rest, and those whose store does not answer, are due later. */
  async deleteSome(): Promise<void> {
    const { host, agenda, commit } = this.#parts
    const asked = this.#now
    const due = [...this.#doomed].filter(([, { dueAt }]) => dueAt <= asked).slice(0, AT_ONCE)
    if (due.length === 0) return
    for (const [key, doomed] of due) this.#postpone(key, doomed, asked + RETRY_AFTER_MS)
    // What another turn has doomed just now may not be durable yet.
    await commit([])
    const outcomes = await Promise.all(due.map(([key, doomed]) => deleteOne(host.objects, key, doomed)))
    const deleted = due.filter((_, i) => outcomes[i])
    const gone = deleted.filter(([, { until }]) => until <= asked)
    for (const [key, doomed] of deleted) this.#postpone(key, doomed, nextTime(doomed, asked))
    for (const [key] of gone) this.#doomed.delete(key)
    const rest = this.#doomed.size === 0 ? agenda.clear('objects') : [this.#plan()]
    await commit([...gone.map(([key]) => table.delete(key)), ...rest])
  }

  #put(key: string, what: Pick<Doomed, 'upload' | 'isKept'>): Write[] {
    const row = { ...what, until: this.#now + URL_LASTS_MS + TRANSFER_LASTS_MS }
    this.#doomed.set(key, { ...row, dueAt: this.#now })
    return [table.put(key, row), this.#plan()]
  }

  #postpone(key: string, doomed: Doomed, dueAt: number): void {
    this.#doomed.delete(key)
    this.#doomed.set(key, { ...doomed, dueAt })
  }

  /** Not at once: what is due now is being deleted, or too much for one event. */
  #plan(): Write {
    const { agenda } = this.#parts
    let first = Number.POSITIVE_INFINITY
    for (const { dueAt } of this.#doomed.values()) first = Math.min(first, dueAt)
    return agenda.plan('objects', Math.max(first, this.#now + RETRY_AFTER_MS))
  }

  get #now(): number {
    return this.#parts.host.clock.now()
  }
}

/** After one that was deleted at `asked`: what was sent meanwhile is not to lie there for longer than it must. */
function nextTime({ until }: Doomed, asked: number): number {
  const urlsEnd = until - TRANSFER_LASTS_MS
  return asked < urlsEnd ? urlsEnd : until
}

async function deleteOne(objects: ObjectStore, key: string, { upload, isKept }: Doomed): Promise<boolean> {
  const dropped = upload === undefined || 'ok' in (await objects.dropParts(key, upload))
  return dropped && (isKept === true || 'ok' in (await objects.delete(key)))
}

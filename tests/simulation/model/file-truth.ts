import type { Commit } from '#durable/ports/storage.ts'
import { contentsOf, type FileRow } from '#durable/user/file-rows.ts'
import type { FileId, RoomId, UserId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import { isMadeOf, MemoryObjects, type ObjectsWatch } from '../../support/memory-objects.ts'
import type { RoomTruth } from './room-truth.ts'
import { Rows } from './rows.ts'
import type { Verdict } from './violation.ts'

/** What every row of a file has: where its object is, or what may become it. */
type Named = { readonly key: string; readonly copyKey?: string }

/** By kind of actor. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  user: ['files', 'doomed', 'agenda'],
  room: ['files'],
  directory: ['objects', 'doomed', 'agenda'],
}

/** What is durable of files, in users, rooms and directories, and the objects themselves. */
export class FileTruth implements ObjectsWatch {
  readonly objects = new MemoryObjects(this)
  readonly #verdict: Verdict
  /** By table and actor (`kind/id`). */
  readonly #tables = new Map<string, Map<string, Rows<unknown>>>()
  /** Objects that came when no file had them any more. They go when no URL for them holds. */
  readonly #late = new Set<string>()

  constructor(verdict: Verdict) {
    this.#verdict = verdict
  }

  apply(actor: string, { writes }: Commit): void {
    const tables = TABLES[actor.slice(0, actor.indexOf('/'))] ?? []
    for (const write of writes) if (tables.includes(write.table)) this.#rows(actor, write.table).write(write)
  }

  /** O1: a message that is stored names what its sender has, which was looked at. */
  named(room: RoomId, record: TimelineRecord): void {
    for (const file of filesOf(record)) {
      const why = this.#whyNotThere(room, record, file)
      if (why) this.#verdict.violated('O1', `${file}, which a message in ${room} names, ${why}`)
    }
  }

  /** O5: what a message names stays. */
  checkStill({ id, records }: RoomTruth): void {
    for (const record of records) {
      for (const file of filesOf(record)) {
        const why = this.#whyNotThere(id, record, file)
        if (why) this.#verdict.violated('O5', `${file}, which a message in ${id} names, ${why} in the end`)
      }
    }
  }

  /** O1: what somebody has of a file is what its sender declared. */
  checkFetched(sender: UserId, file: FileId, bytes: Uint8Array): void {
    const row = this.#file(sender, file)
    if (row && !isMadeOf(bytes, contentsOf(row.declaration)))
      this.#verdict.violated('O1', `${file} is fetched, and is not what ${sender} declared`)
  }

  taking(key: string): void {
    if (this.#whoNames(key) === undefined) this.#late.add(key)
  }

  /** I12: an object goes when no durable row has it any more. */
  deleting(key: string): void {
    this.#late.delete(key)
    const actor = this.#whoNames(key)
    if (actor) this.#verdict.violated('I12', `${key} is deleted, and ${actor} still has it`)
  }

  /** What has not been tidied up of what nobody has any more, or will never be. */
  untidy(): string | undefined {
    const doomed = [...this.#of<unknown>('doomed')]
    for (const [actor, rows] of doomed) {
      for (const key of rows.all.keys())
        if (this.#isThere(String(key)) && !this.#late.has(String(key))) return `${actor} has not deleted ${key}`
      if (rows.all.size > 0 && !this.#plans(actor, 'objects')) return `${actor} forgets what it has doomed`
    }
    for (const key of this.objects.keys)
      if (!this.#whoNames(key) && !doomed.some(([, rows]) => rows.get(key) !== undefined))
        return `nobody deletes ${key}`
    for (const [actor, rows] of this.#of<Partial<FileRow>>('files')) {
      const isToBeLookedAt = [...rows.all.values()].some(({ lookAt }) => lookAt !== undefined)
      if (isToBeLookedAt && !this.#plans(actor, 'files')) return `${actor} forgets to look at its files`
    }
    return undefined
  }

  /** O5: what is left when everything has gone that no message names. */
  unnamed(): string | undefined {
    const named = new Set<unknown>()
    for (const [actor, rows] of this.#of<Named>('files'))
      if (actor.startsWith('room/')) for (const { key } of rows.all.values()) named.add(key)
    const left = this.objects.keys.find((key) => !named.has(key))
    if (left) return `the object ${left}`
    for (const table of ['files', 'objects'])
      for (const [actor, rows] of this.#of<Named>(table))
        for (const [id, { key }] of rows.all) if (!named.has(key)) return `the row ${id} of ${actor}`
    for (const [actor, rows] of this.#of('doomed')) if (rows.all.size > 0) return `doomed rows of ${actor}`
    return undefined
  }

  #whyNotThere(room: RoomId, { by }: TimelineRecord, file: FileId): string | undefined {
    const row = this.#file(by, file)
    if (row?.state !== 'kept') return `is ${row?.state ?? 'no file of its sender'}`
    if (!row.rooms.includes(room)) return 'does not know of it'
    const there = this.#rows(`room/${room}`, 'files').get(file) as Named | undefined
    if (there?.key !== row.key) return `is another object there (${there?.key}) than its sender's (${row.key})`
    const [content] = contentsOf(row.declaration)
    return content && this.objects.holds(row.key, content) ? undefined : 'is not as it was declared'
  }

  #file(user: UserId, file: FileId): FileRow | undefined {
    return this.#rows(`user/${user}`, 'files').get(file) as FileRow | undefined
  }

  #whoNames(key: string): string | undefined {
    for (const table of ['files', 'objects'])
      for (const [actor, rows] of this.#of<Named>(table))
        for (const row of rows.all.values()) if (row.key === key || row.copyKey === key) return actor
    return undefined
  }

  #isThere(key: string): boolean {
    return this.objects.keys.includes(key)
  }

  #plans(actor: string, task: string): boolean {
    return this.#rows(actor, 'agenda').get(task) !== undefined
  }

  #of<Row>(table: string): ReadonlyMap<string, Rows<Row>> {
    return this.#byActor(table) as ReadonlyMap<string, Rows<Row>>
  }

  #byActor(table: string): Map<string, Rows<unknown>> {
    const known = this.#tables.get(table)
    if (known) return known
    const rows = new Map()
    this.#tables.set(table, rows)
    return rows
  }

  #rows(actor: string, table: string): Rows<unknown> {
    const byActor = this.#byActor(table)
    const known = byActor.get(actor)
    if (known) return known
    const rows = new Rows()
    byActor.set(actor, rows)
    return rows
  }
}

/** Previews included. */
export function filesOf(record: TimelineRecord): FileId[] {
  if (record.kind !== 'text') return []
  return (record.files ?? []).flatMap(({ file, preview }) => (preview ? [file, preview] : [file]))
}

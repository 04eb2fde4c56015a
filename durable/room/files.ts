import * as z from 'zod/mini'
import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import { sequenceSchema } from '#protocol/fields.ts'
import { fileNameSchema, mediaTypeSchema } from '#protocol/file.ts'
import type { FileId, UserId } from '#protocol/ids.ts'
import type { Host } from '../ports/host.ts'
import { type Download, URL_LASTS_MS } from '../ports/object-store.ts'
import type { Key, Storage, Write } from '../ports/storage.ts'
import { Table } from '../rows.ts'
import type { KeptFile } from '../user/kept-file.ts'
import { decodeRecord, type Timeline } from './timeline.ts'

/** A file that a message names, the last of them at `seq`. */
const fileTable = new Table(
  'files',
  z.object({ key: z.string(), name: fileNameSchema, type: mediaTypeSchema, seq: sequenceSchema }),
)

/** Where a file can be had, and until when (ms). */
export type FileUrl = { readonly url: string; readonly until: number }

const PLACES_AT_ONCE = 500

const NOT_THERE = refuse('not-found', 'no message here names this file')

/** Of these a browser makes nothing but what can be seen or heard. All others are saved. */
const SHOWN = /^(image\/(png|jpeg|webp|gif|avif)|(audio|video)\/[\w.+-]+)$/

/** The rows of the files that a message at `seq` names. */
export function fileWrites(files: readonly KeptFile[], seq: number): Write[] {
  return files.flatMap(({ file, name, type, key, preview, previewAt }) => [
    fileTable.put(file, { key, name, type, seq }),
    ...(preview && previewAt ? [fileTable.put(preview, { ...previewAt, name, seq })] : []),
  ])
}

/** Where messages stand that name files: for each file the last one. In portions, in no order, some more than once. */
export async function* filePlaces(storage: Storage): AsyncIterable<number[]> {
  for (let after: Key | undefined; ; ) {
    const rows = await storage.page(fileTable.name, after, PLACES_AT_ONCE)
    if (rows.length > 0) yield [...new Set(rows.map(([, bytes]) => fileTable.decode(bytes).seq))]
    if (rows.length < PLACES_AT_ONCE) return
    after = rows.at(-1)?.[0]
  }
}

/** As the message says it. */
export function withoutKeys({ key: _, previewAt: __, ...attachment }: KeptFile) {
  return attachment
}

/** Which files the messages of a room name, and where they are. */
export class RoomFiles {
  readonly #host: Host
  readonly #timeline: Timeline

  constructor(host: Host, timeline: Timeline) {
    this.#host = host
    this.#timeline = timeline
  }

  /** Of those that are named here already: by whom. */
  async findOwners(files: readonly FileId[], owners: Map<FileId, UserId>): Promise<void> {
    const rows = await fileTable.getMany(this.#host.storage, files)
    const named = files.flatMap((file, i) => (rows[i] ? [{ file, seq: rows[i].seq }] : []))
    const records = (await this.#timeline.several(named.map(({ seq }) => seq))).map(decodeRecord)
    const authors = new Map(records.map(({ seq, by }) => [seq, by]))
    for (const { file, seq } of named) {
      const by = authors.get(seq)
      if (by) owners.set(file, by)
    }
  }

  async names(file: FileId): Promise<boolean> {
    return (await fileTable.get(this.#host.storage, file)) !== undefined
  }

  /** For a member who may read from `floor` on. */
  async url(file: FileId, floor: number, isSaved: boolean): Promise<Outcome<FileUrl>> {
    const row = await fileTable.get(this.#host.storage, file)
    if (!row || row.seq < floor) return NOT_THERE
    const { key, name, type } = row
    const disposition: Download['disposition'] = SHOWN.test(type) && !isSaved ? 'inline' : 'attachment'
    const until = this.#host.clock.now() + URL_LASTS_MS
    return ok({ url: await this.#host.objects.presignGet(key, { name, type, disposition }), until })
  }
}

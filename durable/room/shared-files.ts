import { MAX_LISTED_FILES, MAX_PAGE_BYTES } from '#protocol/limits.ts'
import type { Key, Storage, Write } from '../ports/storage.ts'
import { filePlaces } from './files.ts'
import type { Timeline } from './timeline.ts'

/**
 * The messages that name files, the newest first: how far below the highest sequence one stands -> one byte. As strings,
 * since few messages name files, and numbers are looked for where most of them are (durable/ports/storage.ts).
 */
const TABLE = 'shared-files'
/** As it was kept before: sequence -> one byte. */
const NUMBERED_TABLE = 'shared'
const DIGITS = String(Number.MAX_SAFE_INTEGER).length
const MOVED_AT_ONCE = 500
const ROW = Uint8Array.of(1)
/** No message stands there: with this row all from before there was this table are in it. */
const FILLED = 0

/** Messages that name files, newest first, and whether there are some before the last of them. */
export type FilesPage = { readonly more: boolean; readonly records: readonly Uint8Array[] }

/** Goes with the message that names files. */
export function sharedWrite(seq: number): Write {
  return { table: TABLE, key: keyOf(seq), value: ROW }
}

function keyOf(seq: number): string {
  return String(Number.MAX_SAFE_INTEGER - seq).padStart(DIGITS, '0')
}

function seqOf(key: Key): number {
  return Number.MAX_SAFE_INTEGER - Number(key)
}

/** Which messages of a room name files, however many others stand between them. */
export class SharedFiles {
  readonly #storage: Storage
  readonly #timeline: Timeline
  #filled: Promise<void> | undefined

  constructor(storage: Storage, timeline: Timeline) {
    this.#storage = storage
    this.#timeline = timeline
  }

  /** Takes in what was named before there was this list, once. Done twice it is done once. */
  fill(commit: (writes: Write[]) => Promise<void>): Promise<void> {
    this.#filled ??= this.#fill(commit).catch((error) => {
      this.#filled = undefined
      throw error
    })
    return this.#filled
  }

  async #fill(commit: (writes: Write[]) => Promise<void>): Promise<void> {
    const [filled] = await this.#storage.get(TABLE, [keyOf(FILLED)])
    if (filled) return
    for await (const places of filePlaces(this.#storage)) await commit(places.map(sharedWrite))
    await this.#moveNumbered(commit)
    await commit([sharedWrite(FILLED)])
  }

  /** A file that was named again is known by its last place only; this table has the others, too. */
  async #moveNumbered(commit: (writes: Write[]) => Promise<void>): Promise<void> {
    let rows: Awaited<ReturnType<Storage['page']>>
    do {
      rows = await this.#storage.page(NUMBERED_TABLE, undefined, MOVED_AT_ONCE)
      const places = rows.map(([key]) => Number(key)).filter((seq) => seq !== FILLED)
      await commit([...places.map(sharedWrite), ...rows.map(([key]) => ({ table: NUMBERED_TABLE, key }))])
    } while (rows.length === MOVED_AT_ONCE)
  }

  /** From a durable place down to the floor, as far as one page goes. */
  async page(upTo: number, floor: number): Promise<FilesPage> {
    if (upTo < floor) return { more: false, records: [] }
    const rows = await this.#storage.page(TABLE, keyOf(upTo + 1), MAX_LISTED_FILES + 1)
    const seqs = rows.map(([key]) => seqOf(key)).filter((seq) => seq !== FILLED && seq >= floor)
    const found = await this.#timeline.several(seqs.slice(0, MAX_LISTED_FILES))
    const records = found.slice(0, countWithin(found, MAX_PAGE_BYTES))
    return { more: records.length < seqs.length, records }
  }
}

/** How many of the first of these fit; at least one. */
function countWithin(records: readonly Uint8Array[], maxBytes: number): number {
  let bytes = 0
  const over = records.findIndex(({ length }, i) => {
    bytes += length
    return bytes > maxBytes && i > 0
  })
  return over < 0 ? records.length : over
}

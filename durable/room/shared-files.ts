import { MAX_LISTED_FILES, MAX_PAGE_BYTES } from '#protocol/limits.ts'
import type { Storage, Write } from '../ports/storage.ts'
import { filePlaces } from './files.ts'
import type { Timeline } from './timeline.ts'

/** The messages that name files: sequence -> one byte, so that so many bytes are so many rows. */
const TABLE = 'shared'
const ROW = Uint8Array.of(1)
/** No message stands there: with this row all from before there was this table are in it. */
const FILLED = 0

/** Messages that name files, newest first, and whether there are some before the last of them. */
export type FilesPage = { readonly more: boolean; readonly records: readonly Uint8Array[] }

/** Goes with the message that names files. */
export function sharedWrite(seq: number): Write {
  return { table: TABLE, key: seq, value: ROW }
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
    const [filled] = await this.#storage.get(TABLE, [FILLED])
    if (filled) return
    for await (const places of filePlaces(this.#storage)) await commit(places.map(sharedWrite))
    await commit([sharedWrite(FILLED)])
  }

  /** From a durable place down to the floor, as far as one page goes. */
  async page(upTo: number, floor: number): Promise<FilesPage> {
    if (upTo < floor) return { more: false, records: [] }
    const rows = await this.#storage.range(TABLE, upTo, floor, MAX_LISTED_FILES + 1)
    const found = await this.#timeline.several(rows.slice(0, MAX_LISTED_FILES).map(([seq]) => seq))
    const records = found.slice(0, countWithin(found, MAX_PAGE_BYTES))
    return { more: records.length < rows.length, records }
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

import type { RoomId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import type { Store } from './ports/store.ts'
import { keys, saved } from './saved.ts'

/** Records are kept in pages of this many: single records would be seventy times slower to write. */
export const PAGE_RECORDS = 100
/** Pages that are kept in memory for those who write them. */
const MOST_REMEMBERED = 50

function pageOf(seq: number): number {
  return Math.floor(seq / PAGE_RECORDS)
}

/** Writes records into their pages, keeping what else stands there. One at a time for each room. */
export class PageWriter {
  readonly #store: Store
  /** What stands in the pages that were written last: the newest one of a room is not read anew for every message. */
  readonly #written = new Map<string, readonly TimelineRecord[]>()

  constructor(store: Store) {
    this.#store = store
  }

  async write(room: RoomId, records: readonly TimelineRecord[]): Promise<void> {
    const byPage = Map.groupBy(records, ({ seq }) => pageOf(seq))
    for (const [page, fresh] of byPage) {
      const key = keys.page(room, page)
      const whole = fresh.length === PAGE_RECORDS ? fresh : merge(await this.#standing(key), fresh)
      await saved.page.set(this.#store, key, whole)
      this.#remember(key, whole)
    }
  }

  /** Of one room, or of all: the pages are removed, or somebody else's from here on. */
  forget(room?: RoomId): void {
    const prefix = room && keys.pagesOf(room)
    for (const key of this.#written.keys()) if (!prefix || key.startsWith(prefix)) this.#written.delete(key)
  }

  async #standing(key: string): Promise<readonly TimelineRecord[]> {
    return this.#written.get(key) ?? (await saved.page.get(this.#store, key)) ?? []
  }

  #remember(key: string, records: readonly TimelineRecord[]): void {
    this.#written.delete(key)
    this.#written.set(key, records)
    const [oldest] = this.#written.keys()
    if (this.#written.size > MOST_REMEMBERED && oldest) this.#written.delete(oldest)
  }
}

/** The records from `first` to `last` that stand without a gap before `last`, from the newest pages that hold them. */
export async function loadPages(
  store: Store,
  room: RoomId,
  first: number,
  last: number,
  atLeast: number,
): Promise<TimelineRecord[]> {
  let found: TimelineRecord[] = []
  for (let page = pageOf(last); page >= pageOf(first) && found.length < atLeast; page--) {
    const records = await saved.page.get(store, keys.page(room, page))
    const dense = denseEnd(records ?? [], first, found[0] ? found[0].seq - 1 : last)
    found = dense.concat(found)
    if (dense[0]?.seq !== Math.max(page * PAGE_RECORDS, first)) break
  }
  return found
}

/** The part of a page within first..last that reaches `last` without a gap. */
function denseEnd(records: readonly TimelineRecord[], first: number, last: number): TimelineRecord[] {
  const dense: TimelineRecord[] = []
  let expected = last
  for (const record of records.toReversed()) {
    if (record.seq > expected) continue
    if (record.seq < expected || record.seq < first) break
    dense.push(record)
    expected--
  }
  return dense.reverse()
}

function merge(known: readonly TimelineRecord[], fresh: readonly TimelineRecord[]): TimelineRecord[] {
  const bySeq = new Map([...known, ...fresh].map((record) => [record.seq, record]))
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq)
}

import type { RoomId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import type { Store } from './ports/store.ts'
import { keys, saved } from './saved.ts'

/** Records are kept in pages of this many: single records would be seventy times slower to write. */
export const PAGE_RECORDS = 100

function pageOf(seq: number): number {
  return Math.floor(seq / PAGE_RECORDS)
}

/** Writes records into their pages, keeping what else stands there. */
export async function savePages(store: Store, room: RoomId, records: readonly TimelineRecord[]): Promise<void> {
  const byPage = Map.groupBy(records, ({ seq }) => pageOf(seq))
  for (const [page, fresh] of byPage) {
    const key = keys.page(room, page)
    const known = fresh.length === PAGE_RECORDS ? undefined : await saved.page.get(store, key)
    await saved.page.set(store, key, merge(known ?? [], fresh))
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

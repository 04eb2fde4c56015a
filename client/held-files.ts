import type { TextRecord, TimelineRecord } from '#protocol/record.ts'
import { loadPages, PAGE_RECORDS } from './pages.ts'
import type { Store } from './ports/store.ts'
import type { RoomState } from './room-state.ts'

/** The messages with files among what this device holds from a place on, the newest first. */
export type HeldFiles = { readonly records: readonly TextRecord[]; readonly from: number }

/** From all that is held without a gap before the newest, a page at a time: it may be much. */
export async function heldFiles(store: Store, { id, floor, timeline }: RoomState): Promise<HeldFiles> {
  let from = timeline.first
  const records = withFiles(timeline.records).reverse()
  while (from > floor) {
    const older = await loadPages(store, id, floor, from - 1, PAGE_RECORDS)
    const [oldest] = older
    if (!oldest) break
    records.push(...withFiles(older).reverse())
    from = oldest.seq
  }
  return { records, from }
}

export function withFiles(records: readonly TimelineRecord[]): TextRecord[] {
  return records.filter(
    (record): record is TextRecord => record.kind === 'text' && record.files !== undefined && record.files.length > 0,
  )
}

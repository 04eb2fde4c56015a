import type { UserId } from '#protocol/ids.ts'
import type { TextRecord, TimelineRecord } from '#protocol/record.ts'

/** The messages of others above a place. */
export function newerOfOthers(records: readonly TimelineRecord[], me: UserId | undefined, seq: number): TextRecord[] {
  const newer: TextRecord[] = []
  for (let i = records.length - 1; i >= 0; i--) {
    const record = records[i]
    if (!record || record.seq <= seq) break
    if (record.kind === 'text' && record.by !== me) newer.push(record)
  }
  return newer.reverse()
}

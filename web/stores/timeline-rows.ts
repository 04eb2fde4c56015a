import type { Outgoing } from '#client/index.ts'
import type { UserId } from '#protocol/ids.ts'
import type { TextRecord, TimelineRecord } from '#protocol/record.ts'
import { startOfDay } from '../i18n/dates.ts'

/** Messages of one author that follow each other within this time are shown as one group. */
const GROUP_WITHIN_MS = 5 * 60 * 1000

type Place = {
  /** Stays the same while a message goes from waiting to stored, so that its row does. */
  readonly key: string
  readonly at: number
  readonly opensDay: boolean
  /** The first that was unread when the conversation was opened. */
  readonly opensUnread: boolean
}

export type MessageRow = Place & {
  readonly kind: 'message'
  readonly by: UserId
  readonly own: boolean
  readonly text: string
  readonly opensGroup: boolean
  readonly closesGroup: boolean
  /** The place in the timeline; undefined while the server has not confirmed it. */
  readonly seq: number | undefined
  /** Set while it is in the outbox. */
  readonly outgoing: Outgoing | undefined
}

export type NoticeRow = Place & {
  readonly kind: 'notice'
  readonly seq: number
  readonly record: Exclude<TimelineRecord, TextRecord>
}

export type TimelineRow = MessageRow | NoticeRow

type Draft = Omit<MessageRow, keyof Place | 'opensGroup' | 'closesGroup'> | Omit<NoticeRow, keyof Place>
type Entry = { readonly key: string; readonly at: number; readonly draft: Draft }

/** One row per record and per waiting message, so that the index of a record's row is its sequence. */
export function timelineRows(
  records: readonly TimelineRecord[],
  outgoing: readonly Outgoing[],
  me: UserId,
  unreadFrom: number | undefined,
): readonly TimelineRow[] {
  const entries = [
    ...records.map((record) => recordEntry(record, me)),
    ...outgoing.map((message) => outgoingEntry(message, me)),
  ]
  return entries.map((entry, i) => rowOf(entry, entries[i - 1], entries[i + 1], unreadFrom))
}

function recordEntry(record: TimelineRecord, me: UserId): Entry {
  if (record.kind !== 'text') {
    return { key: `seq/${record.seq}`, at: record.at, draft: { kind: 'notice', seq: record.seq, record } }
  }
  const { by, text, seq } = record
  return {
    key: messageKey(record),
    at: record.at,
    draft: { kind: 'message', by, own: by === me, text, seq, outgoing: undefined },
  }
}

function outgoingEntry(message: Outgoing, me: UserId): Entry {
  return {
    key: messageKey(message),
    at: message.composedAt,
    draft: { kind: 'message', by: me, own: true, text: message.text, seq: undefined, outgoing: message },
  }
}

function messageKey({ producer, n }: Pick<Outgoing, 'producer' | 'n'>): string {
  return `${producer}/${n}`
}

function rowOf(
  entry: Entry,
  before: Entry | undefined,
  after: Entry | undefined,
  unreadFrom: number | undefined,
): TimelineRow {
  const { key, at, draft } = entry
  const place = {
    key,
    at,
    opensDay: before === undefined || startOfDay(before.at) !== startOfDay(at),
    opensUnread: isAt(entry, unreadFrom),
  }
  if (draft.kind === 'notice') return { ...place, ...draft }
  return {
    ...place,
    ...draft,
    opensGroup: place.opensUnread || before === undefined || !sameGroup(before, entry),
    closesGroup: after === undefined || isAt(after, unreadFrom) || !sameGroup(entry, after),
  }
}

function isAt(entry: Entry, seq: number | undefined): boolean {
  return seq !== undefined && entry.draft.seq === seq
}

function sameGroup(first: Entry, second: Entry): boolean {
  if (first.draft.kind !== 'message' || second.draft.kind !== 'message') return false
  if (first.draft.by !== second.draft.by) return false
  return second.at - first.at <= GROUP_WITHIN_MS && startOfDay(first.at) === startOfDay(second.at)
}

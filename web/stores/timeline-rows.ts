import type { Outgoing, UploadView } from '#client/index.ts'
import type { Attachment } from '#protocol/file.ts'
import type { UserId } from '#protocol/ids.ts'
import type { TextRecord, TimelineRecord } from '#protocol/record.ts'
import { startOfDay } from '../i18n/dates.ts'

/** Messages of one author that follow each other within this time are shown as one group. */
const GROUP_WITHIN_MS = 5 * 60 * 1000
const NO_FILES: readonly Attachment[] = []

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
  readonly files: readonly Attachment[]
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

/** A message whose files are on their way. */
export type UploadRow = Place & { readonly kind: 'upload'; readonly seq: undefined; readonly upload: UploadView }

export type TimelineRow = MessageRow | NoticeRow | UploadRow

/** What is shown of a room, in this order. */
export type Shown = {
  readonly records: readonly TimelineRecord[]
  readonly outgoing: readonly Outgoing[]
  readonly uploads: readonly UploadView[]
}

type Draft =
  | Omit<MessageRow, keyof Place | 'opensGroup' | 'closesGroup'>
  | Omit<NoticeRow, keyof Place>
  | Omit<UploadRow, keyof Place>
type Entry = { readonly key: string; readonly at: number; readonly draft: Draft }

/** One row per record and per waiting message, so that the index of a record's row is its sequence. */
export function timelineRows(
  { records, outgoing, uploads }: Shown,
  me: UserId,
  unreadFrom: number | undefined,
): readonly TimelineRow[] {
  const entries = [
    ...records.map((record) => recordEntry(record, me)),
    ...outgoing.map((message) => outgoingEntry(message, me)),
    ...uploads.map(uploadEntry),
  ]
  return entries.map((entry, i) => rowOf(entry, entries[i - 1], entries[i + 1], unreadFrom))
}

function recordEntry(record: TimelineRecord, me: UserId): Entry {
  if (record.kind !== 'text') {
    return { key: `seq/${record.seq}`, at: record.at, draft: { kind: 'notice', seq: record.seq, record } }
  }
  const { by, text, files = NO_FILES, seq } = record
  return {
    key: messageKey(record),
    at: record.at,
    draft: { kind: 'message', by, own: by === me, text, files, seq, outgoing: undefined },
  }
}

function outgoingEntry(message: Outgoing, me: UserId): Entry {
  const { text, files = NO_FILES } = message
  return {
    key: messageKey(message),
    at: message.composedAt,
    draft: { kind: 'message', by: me, own: true, text, files, seq: undefined, outgoing: message },
  }
}

function uploadEntry(upload: UploadView): Entry {
  return { key: `upload/${upload.id}`, at: upload.composedAt, draft: { kind: 'upload', seq: undefined, upload } }
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
  if (draft.kind !== 'message') return { ...place, ...draft }
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

import type { UserId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import type { Messages } from './messages.ts'

/** What a timeline says of itself: who came and went. Texts have their own words. */
export function noticeWords(
  record: Exclude<TimelineRecord, { kind: 'text' }>,
  t: Messages,
  nameOf: (user: UserId) => string,
): string {
  switch (record.kind) {
    case 'created':
      return record.title === undefined
        ? t.room.created(nameOf(record.by))
        : t.room.createdTitled(nameOf(record.by), record.title)
    case 'joined':
      return record.by === record.user
        ? t.room.joined(nameOf(record.user))
        : t.room.added(nameOf(record.user), nameOf(record.by))
    case 'left':
      return record.by === record.user
        ? t.room.left(nameOf(record.user))
        : t.room.removed(nameOf(record.user), nameOf(record.by))
    case 'later':
      return t.room.later
  }
}

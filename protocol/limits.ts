/** What the wire itself refuses, on every host alike. Rates and quotas are settings of a host. */

/** A frame from a client; a larger one closes the socket (1009). */
export const MAX_FRAME_BYTES = 64 * 1024

/** Events in one frame from a client. */
export const MAX_EVENTS_PER_FRAME = 256

/** The text of one message, in UTF-8. */
export const MAX_TEXT_BYTES = 16 * 1024

/** Records or entries in one page; a page also ends at MAX_PAGE_BYTES. */
export const MAX_PAGE_RECORDS = 100
export const MAX_PAGE_BYTES = 256 * 1024

/** Members of a room that one frame may name. */
export const MAX_MEMBERS_PER_FRAME = 200

/** Rooms a client may name when it catches up; the others are treated as unknown to it. */
export const MAX_HELD_ROOMS = 1000

export const MAX_NAME_LENGTH = 64
export const MIN_PASSWORD_LENGTH = 8
export const MAX_PASSWORD_LENGTH = 256

/** Above this many unacknowledged bytes a connection is told only `lagging`. */
export const CREDIT_BYTES = 1024 * 1024

/** A client acknowledges at least this often; far below the credit, so that an honest reader never lags. */
export const ACKNOWLEDGE_EVERY_BYTES = 64 * 1024

/** A client that is silent pings this often; a server closes a socket after the second constant. */
export const PING_EVERY_MS = 20_000
export const SILENCE_CLOSES_AFTER_MS = 45_000

/** A socket that has not logged in so long after it was opened, or welcomed, is closed. */
export const LOG_IN_WITHIN_MS = 10_000

/** Who writes says so this often; it holds for the second constant. */
export const TYPING_EVERY_MS = 4_000
export const TYPING_LASTS_MS = 6_000

/** A file above this comes in parts of PART_BYTES, of which the last may be shorter. */
export const MAX_WHOLE_FILE_BYTES = 64 * 1024 * 1024
export const PART_BYTES = 16 * 1024 * 1024
export const MAX_PARTS = 1024
export const MAX_FILE_NAME_LENGTH = 200

/** Files of one message. */
export const MAX_FILES_PER_MESSAGE = 10

/** Messages of one answer to `list-files`, which also ends at MAX_PAGE_BYTES. */
export const MAX_LISTED_FILES = 50

/** Parts for which one request asks where to send them. */
export const MAX_PARTS_PER_REQUEST = 16

import type { Welcome } from '#protocol/down/welcome.ts'
import type { Refusal } from '#protocol/errors.ts'
import type { AccountRole } from '#protocol/fields.ts'
import type { Attachment } from '#protocol/file.ts'
import type { DeviceId, ProducerId, RoomId, UserId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import type { Bytes } from './ports/transfer.ts'

/** What the client shows. Every value here is immutable: a change makes a new one and says so with an event. */

export type Connection =
  | { readonly status: 'stopped' }
  | { readonly status: 'connecting' }
  /** Lost; tries again by itself. */
  | { readonly status: 'waiting' }
  | { readonly status: 'catching-up' }
  | { readonly status: 'live' }
  /** As live, but the server does not store what it is sent; it is sent all the same, and kept here. */
  | { readonly status: 'stalled' }
  /** The server will not talk to this client as it is: a newer page, or a secure address, is needed. */
  | { readonly status: 'refused'; readonly refusal: Refusal }

export function isReached({ status }: Connection): boolean {
  return status === 'live' || status === 'stalled' || status === 'catching-up'
}

/** What the server says of itself: its name, what protects the connection to it, and how large a file may be (0: there are none). */
export type ServerView = {
  readonly name: string
  readonly transport: Welcome['transport']
  readonly fileMib: number
}

export type Account =
  /** The cache has not been read yet. */
  | { readonly status: 'loading' }
  | { readonly status: 'logged-out'; readonly why?: undefined }
  /** Somebody logged this device out elsewhere. So many messages that it had not sent went with what it kept. */
  | { readonly status: 'logged-out'; readonly why: 'revoked'; readonly unsent: number }
  | {
      readonly status: 'logged-in'
      readonly user: UserId
      readonly device: DeviceId
      readonly handle: string
      readonly name: string
      readonly role: AccountRole
    }

/** A message that this device composed and the server has not yet confirmed in the timeline. */
export type Outgoing = {
  readonly room: RoomId
  readonly producer: ProducerId
  readonly n: number
  readonly text: string
  readonly files?: readonly Attachment[]
  readonly composedAt: number
  /** Set when the server will never take it: show why, offer to discard it. */
  readonly refusal?: Refusal
}

/** A message whose files are on their way. It is composed when they are there. */
export type UploadView = {
  readonly id: string
  readonly text: string
  readonly composedAt: number
  readonly files: readonly Attachment[]
  /** Bytes that have gone, of how many, previews included. */
  readonly sent: number
  readonly total: number
  /** Bytes that were hashed, as long as that goes on: none is sent before it. */
  readonly hashed?: number
  /** It does not get on just now, and tries again by itself. */
  readonly isWaiting: boolean
  /**
   * Set when the server does not take it, or the device has lost bytes that it had kept: show why, offer to try again or
   * to give it up.
   */
  readonly refusal?: Refusal | 'unreadable'
}

type PictureSize = NonNullable<Attachment['size']>

/** A file to be sent. `size` is that of a picture or a film, `preview` a small picture of it. */
export type FileInput = {
  readonly name: string
  readonly type: string
  readonly bytes: Bytes
  readonly size?: PictureSize
  readonly preview?: { readonly type: string; readonly bytes: Bytes; readonly size?: PictureSize }
}

export type RoomView = {
  readonly id: RoomId
  readonly kind: 'direct' | 'group'
  readonly title?: string
  /** The other user of a direct room. */
  readonly peer?: UserId
  readonly memberCount: number
  /** The first sequence this user may read, and the newest there is. */
  readonly floor: number
  readonly head: number
  /** This user's read mark, and how many countable messages of others stand after it. */
  readonly read: number
  readonly unread: number
  /** Read marks of other members. */
  readonly marks: ReadonlyMap<UserId, number>
  /** In a direct room: what is on a device of the other, read or not. 0 in a group. */
  readonly received: number
  /** Others who are writing just now. */
  readonly typing: readonly UserId[]
  /** The loaded end of the timeline: dense, rising, ending at the newest record held. Older ones come with `loadOlder`. */
  readonly records: readonly TimelineRecord[]
  /** Whether `records` begins at the floor. */
  readonly complete: boolean
  /** Composed here, not yet in `records`, in order. */
  readonly outgoing: readonly Outgoing[]
  /** Of which messages will be composed, in the order they were given. */
  readonly uploads: readonly UploadView[]
}

/** What was composed in a room that has gone since, before it was sent. It never will be, unless the room comes back. */
export type StrandedView = Pick<RoomView, 'id' | 'outgoing' | 'uploads'>

/** Messages composed on this device that the server does not have yet. */
export function unsentIn(rooms: Iterable<Pick<RoomView, 'outgoing' | 'uploads'>>): number {
  return Array.from(rooms).reduce((total, { outgoing, uploads }) => total + outgoing.length + uploads.length, 0)
}

export type ProfileView = { readonly user: UserId; readonly handle: string; readonly name: string }

/** Whether a user is connected, or was last at `seenAt` (ms), as far as the server is sure and both users show it. */
export type PresenceView = { readonly online: boolean; readonly seenAt?: number }

export type DeviceView = {
  readonly device: DeviceId
  readonly name: string
  readonly createdAt: number
  /** Whether it is the device this client runs on. */
  readonly current: boolean
}

export type ClientEvents = {
  connection: (connection: Connection) => void
  /** The server was reached. */
  server: (server: ServerView) => void
  account: (account: Account) => void
  /** A room appeared or changed. */
  room: (room: RoomView) => void
  /** This user is no longer in the room. */
  'room-gone': (room: RoomId) => void
  profile: (profile: ProfileView) => void
  /** The device's storage refused a write: what is shown is right, but may be gone after a restart. */
  'store-failed': (error: unknown) => void
}

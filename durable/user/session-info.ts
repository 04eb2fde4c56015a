import type { AccountRole } from '#protocol/fields.ts'
import type { DeviceId, RoomId, UserId } from '#protocol/ids.ts'
import type { InboxDelivery } from './inbox.ts'

/** Who is logged in, and the token where one was just made. */
export type SessionInfo = {
  readonly user: UserId
  readonly device: DeviceId
  readonly handle: string
  readonly name: string
  readonly role: AccountRole
  readonly restoredAt?: number
  readonly token?: string
}

/** Where a device stands when it catches up: its cursor now, what it missed (a page at most), and its rooms. */
export type Attachment = { readonly cursor: number; readonly missed: InboxDelivery; readonly rooms: readonly RoomId[] }

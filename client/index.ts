export type { Settings } from '#protocol/settings.ts'
export type { HeldFiles } from './held-files.ts'
export type {
  Account,
  ClientEvents,
  Connection,
  DeviceView,
  FileInput,
  Outgoing,
  PresenceView,
  ProfileView,
  RoomView,
  ServerView,
  StrandedView,
  UploadView,
} from './model.ts'
export { unsentIn } from './model.ts'
export { OwnRows } from './own-rows.ts'
export type { Neighbours } from './ports/neighbours.ts'
export type { Store } from './ports/store.ts'
export type { Bytes, Sending, Transfer } from './ports/transfer.ts'
export { RefusedError } from './refused-error.ts'
export { Snug, type SnugOptions } from './snug.ts'
export { memoryStore } from './stores/memory-store.ts'

import { Directory } from './directory/directory.ts'
import { Gateway } from './gateway/gateway.ts'
import { Hasher } from './hasher/hasher.ts'
import { Room } from './room/room.ts'
import { User } from './user/user.ts'

/** The actors by kind. A host makes an instance, awaits `load`, and only then lets calls, sockets and alarms in. */
export const actors = {
  gateway: Gateway,
  user: User,
  room: Room,
  directory: Directory,
  hasher: Hasher,
} as const

export type ActorKind = keyof typeof actors

import type { Clock } from './clock.ts'
import type { Log } from './log.ts'
import type { ObjectStore } from './object-store.ts'
import type { Peers } from './peers.ts'
import type { Random } from './random.ts'
import type { Scrypt } from './scrypt.ts'
import type { Sockets } from './sockets.ts'
import type { Storage } from './storage.ts'

/** What a host gives to each actor instance. */
export interface Host {
  readonly storage: Storage
  readonly peers: Peers
  readonly clock: Clock
  readonly random: Random
  readonly objects: ObjectStore
  readonly log: Log
  readonly limits: Limits

  /** Ends this instance: its memory may disagree with its storage. The next call loads a fresh one. */
  destroy(reason: unknown): void
}

export interface GatewayHost extends Host {
  readonly sockets: Sockets
}

export interface HasherHost extends Host {
  readonly scrypt: Scrypt
}

/** Settings of the host that the actors obey. */
export type Limits = {
  /** Newest messages of a room that catch-up brings. */
  readonly catchUpRecords: number
  /** Messages a second that a user may send for long, and at once. */
  readonly messagesPerSecond: number
  readonly messageBurst: number
  /** Requests a second that a user may make for long, and at once; before log-in, that a connection may make. */
  readonly requestsPerSecond: number
  readonly requestBurst: number
  /** Rooms a user may open in a minute. */
  readonly roomsPerMinute: number
  readonly roomMembers: number
  /** Files a user may begin to send in a minute. */
  readonly uploadsPerMinute: number
  /** How large a file may be, and all files of a user together, in MiB. */
  readonly fileMib: number
  readonly userFilesMib: number
  readonly serverName: string
}

export const DEFAULT_LIMITS: Limits = {
  catchUpRecords: 50,
  messagesPerSecond: 10,
  messageBurst: 30,
  requestsPerSecond: 20,
  requestBurst: 100,
  roomsPerMinute: 5,
  roomMembers: 5000,
  uploadsPerMinute: 20,
  fileMib: 1024,
  userFilesMib: 10 * 1024,
  serverName: 'Snug',
}

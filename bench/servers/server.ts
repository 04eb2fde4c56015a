import type { RawSocket } from '../sockets/raw-socket.ts'
import type { RedisProcess } from './redis-process.ts'

export type ServerName = 'bare-ws' | 'bare-ws-sync' | 'snug' | 'snug-2-threads' | 'snug-redis'

/** What another thread needs to come to a server that runs (join.ts). */
export type Address = { readonly name: ServerName; readonly url: string; readonly ownerToken?: string }

/** A message as a receiver sees it: who posted it, its number there, and its place where the room has places. */
export type Seen = { readonly by: string; readonly n: number; readonly seq?: number }

/** One connected member of one room. */
export interface Member {
  /** As it stands in `Seen`. */
  readonly name: string
  readonly socket: RawSocket
  /** Stands once in what tells this member that a message of its own got through, and in nothing else. */
  readonly confirmation: Buffer
  /** Stands in what tells it that one was refused, where the server refuses. */
  readonly refusal?: Buffer
  /** Posts its next messages, in one write. */
  post(count: number): void
}

/** A server under measurement, as the workloads see it. */
export interface Server {
  readonly name: ServerName
  readonly address: Address
  /** Undefined where it runs elsewhere: then neither its CPU time nor its memory can be told. */
  readonly pid: number | undefined
  /** Where it keeps everything, where that is a server of its own. */
  readonly store?: RedisProcess | undefined
  /** Stands once in every message that is delivered, and in nothing else. */
  readonly messageMark: Buffer
  /** The messages of a frame in their order. */
  messagesOf(frame: string): Seen[]

  /** Rooms with connected members who are caught up. */
  gather(rooms: number, members: number): Promise<Member[][]>
  /** Gets ready for so many clients; each call of the answer connects one until it is caught up. Memory is fresh then. */
  expect(clients: number): Promise<() => Promise<RawSocket>>
  /** Someone with so many rooms; each call connects one more device until it is caught up. */
  visitor(visit: Visit): Promise<() => Promise<RawSocket>>
  /** A room with so many messages; each call fetches 50 messages, those before `anchor`. */
  history(messages: number): Promise<(anchor: number) => Promise<void>>

  stop(): Promise<void>
}

export type Visit = {
  readonly rooms: number
  readonly messagesPerRoom: number
  /** Whether the device holds everything already, or nothing. */
  readonly holds: 'nothing' | 'everything'
}

export const PAGE_SIZE = 50
export const TEXT = 'x'.repeat(100)

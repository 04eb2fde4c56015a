import { encodeDown } from '#protocol/codec.ts'
import type { Down } from '#protocol/down.ts'
import type { DeviceId, UserId } from '#protocol/ids.ts'
import type { Limits } from '../ports/host.ts'
import type { SocketId, SocketOrigin } from '../ports/sockets.ts'
import { Credit } from './credit.ts'
import type { Outgoing } from './outgoing.ts'
import { TokenBucket } from './token-bucket.ts'

/** How far a client has come in; each state knows only what is certain in it. */
export type Session =
  | { readonly state: 'new' }
  | { readonly state: 'welcome' }
  | { readonly state: 'authenticating'; readonly device: DeviceId }
  | { readonly state: 'authenticated'; readonly user: UserId; readonly device: DeviceId }

/** One client socket. */
export class Connection {
  readonly socket: SocketId
  readonly origin: SocketOrigin
  readonly openedAt: number
  readonly credit = new Credit()
  readonly requests: TokenBucket
  session: Session = { state: 'new' }
  heardAt: number
  /** Raised by every `sync`: an earlier one that still runs stops. */
  epoch = 0
  #lagging = false
  #open = true
  readonly #outgoing: Outgoing

  constructor(socket: SocketId, origin: SocketOrigin, outgoing: Outgoing, limits: Limits, now: number) {
    this.socket = socket
    this.origin = origin
    this.openedAt = now
    this.heardAt = now
    this.#outgoing = outgoing
    this.requests = new TokenBucket(limits.requestsPerSecond, limits.requestBurst, now)
  }

  get isOpen(): boolean {
    return this.#open
  }

  /** Whether the client was told `lagging` and has not synced since: nothing else is sent to it. */
  get isLagging(): boolean {
    return this.#lagging
  }

  push(event: Uint8Array): void {
    if (this.#open && !this.#lagging) this.#outgoing.push(this, event)
  }

  say(event: Down): void {
    this.push(encodeDown(event))
  }

  lag(): void {
    this.#lagging = true
    this.epoch++
    this.credit.release()
  }

  /** A `sync` begins: the client has seen what came before. */
  beginSync(): number {
    this.#lagging = false
    this.credit.release()
    return ++this.epoch
  }

  isAt(epoch: number): boolean {
    return this.#open && this.epoch === epoch
  }

  shut(): void {
    this.#open = false
    this.epoch++
    this.credit.release()
  }
}

import type { Down } from '#protocol/down.ts'
import { closeCodes } from '#protocol/errors.ts'
import type { DeviceId, UserId } from '#protocol/ids.ts'
import { LOG_IN_WITHIN_MS, SILENCE_CLOSES_AFTER_MS } from '#protocol/limits.ts'
import type { Scratch } from '#protocol/scratch.ts'
import type { Limits } from '../ports/host.ts'
import type { SocketId, SocketOrigin } from '../ports/sockets.ts'
import { TokenBucket } from '../token-bucket.ts'
import { Credit } from './credit.ts'
import { Holding } from './held.ts'
import type { Note } from './note.ts'
import type { Outgoing } from './outgoing.ts'

/** How far a client has come in; each state knows only what is certain in it. */
export type Session =
  | { readonly state: 'new' }
  | { readonly state: 'welcome' }
  | { readonly state: 'authenticating'; readonly as?: { readonly user: UserId; readonly device: DeviceId } }
  | { readonly state: 'authenticated'; readonly user: UserId; readonly device: DeviceId }

/** Refusals that a client may draw at once, and each second for long: a client that waits as it is told draws far fewer. */
const PATIENCE = { atOnce: 1_000, perSecond: 100 }

/** Long answers that may wait until a client has room for them. */
const MOST_WAITING = 128

/** One client socket. */
export class Connection {
  readonly socket: SocketId
  readonly origin: SocketOrigin
  readonly credit: Credit
  readonly holding = new Holding()
  /** Of who has not logged in, of what cannot be read, and of what a user needs on each device. */
  readonly requests: TokenBucket
  /** Taken from by what is refused, or says nothing: nobody is closed for one mistake. */
  readonly patience: TokenBucket
  session: Session = { state: 'new' }
  /** Raised by every `sync`: an earlier one that still runs stops. */
  epoch = 0
  /** Since when it is the client's turn to say who it is, as long as it has not logged in. */
  #awaitedSince: number
  #progress: Note['progress'] = 'apart'
  #open = true
  #reading: Promise<void> = Promise.resolve()
  #waiting = 0
  readonly #outgoing: Outgoing

  /** With a note: one that was here before. */
  constructor(socket: SocketId, origin: SocketOrigin, outgoing: Outgoing, limits: Limits, now: number, note?: Note) {
    this.socket = socket
    this.origin = origin
    this.#awaitedSince = note?.awaitedSince ?? now
    this.credit = new Credit(note?.bytes)
    if (note) {
      this.session = note.session
      this.#progress = note.progress
    }
    this.#outgoing = outgoing
    this.requests = new TokenBucket(limits.requestsPerSecond, limits.requestBurst, now)
    this.patience = new TokenBucket(PATIENCE.perSecond, PATIENCE.atOnce, now)
  }

  get isOpen(): boolean {
    return this.#open
  }

  /** It may say who it is from now on: who waited for this word is not late. */
  welcome(now: number): void {
    this.session = { state: 'welcome' }
    this.#awaitedSince = now
  }

  /** It may try once more to say who it is. What looking at the last try took is not its time. */
  turnAway(tookMs: number): void {
    this.session = { state: 'welcome' }
    this.#awaitedSince += tookMs
  }

  get progress(): Note['progress'] {
    return this.#progress
  }

  /** Whether the client was told `lagging` and has not synced since: nothing else is sent to it. */
  get isLagging(): boolean {
    return this.#progress === 'lagging'
  }

  push(event: Uint8Array): void {
    if (this.#open && !this.isLagging) this.#outgoing.push(this, event)
  }

  say(event: Down): void {
    this.compose((scratch) => scratch.text(JSON.stringify(event)).take())
  }

  /** Says something to this client alone, put together in memory that is used again once it has left. */
  compose(write: (scratch: Scratch) => Uint8Array): void {
    if (this.#open && !this.isLagging) this.#outgoing.push(this, write(this.#outgoing.scratch))
  }

  lag(): void {
    this.#progress = 'lagging'
    this.interrupt()
  }

  /** A `sync` begins: the client has seen what came before. */
  beginSync(): number {
    this.#progress = 'catching-up'
    this.credit.release()
    return ++this.epoch
  }

  /** The client has its rooms' heads: from here on it is told what is new. */
  caughtUp(): void {
    this.#progress = 'following'
  }

  /**
   * One long answer after another, each when the client has room for it: asking fast costs nobody memory. False when the
   * client has moved on before it; undefined where too many wait already.
   */
  inTurn(read: () => Promise<boolean>): Promise<boolean> | undefined {
    if (this.#waiting >= MOST_WAITING) return undefined
    this.#waiting++
    const { epoch } = this
    const done = this.#reading.then(async () => (await this.hasRoom(epoch)) && (await read()))
    this.#reading = done.catch(() => {}).then(() => void this.#waiting--)
    return done
  }

  /** Waits until half of the credit is free; false, at once, when the client has moved on. */
  async hasRoom(epoch: number): Promise<boolean> {
    if (!this.isAt(epoch)) return false
    await this.credit.halfFree()
    return this.isAt(epoch)
  }

  /** What catches up stops. */
  interrupt(): void {
    this.epoch++
    this.credit.release()
  }

  isAt(epoch: number): boolean {
    return this.#open && this.epoch === epoch
  }

  /** Why it is to be closed, where it has not logged in in time or is silent. */
  overdue(now: number, heardAt: number): { code: number; reason: string } | undefined {
    // Who waits for a password to be checked waits for us.
    const isAwaited = this.session.state === 'new' || this.session.state === 'welcome'
    if (isAwaited && now - this.#awaitedSince > LOG_IN_WITHIN_MS)
      return { code: closeCodes.logInTimeout, reason: 'not logged in in time' }
    if (now - heardAt > SILENCE_CLOSES_AFTER_MS) return { code: closeCodes.silent, reason: 'nothing heard' }
    return undefined
  }

  /** What a later instance of the gateway needs to go on. A log-in under way does not survive. */
  note(generation: string): Note {
    const { session } = this
    const settled = session.state === 'authenticating' ? ({ state: 'welcome' } as const) : session
    const [awaitedSince, progress] = [this.#awaitedSince, this.#progress]
    return { generation, awaitedSince, session: settled, progress, bytes: this.credit.bytes }
  }

  shut(): void {
    this.#open = false
    this.interrupt()
  }
}

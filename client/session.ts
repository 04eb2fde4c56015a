import { decodeDown, encodeUp } from '#protocol/codec.ts'
import type { Failed } from '#protocol/down/failed.ts'
import { PONG_FRAME } from '#protocol/down/pong.ts'
import type { Welcome } from '#protocol/down/welcome.ts'
import type { Answer, Down } from '#protocol/down.ts'
import { closeCodes, type Refusal } from '#protocol/errors.ts'
import {
  ACKNOWLEDGE_EVERY_BYTES,
  MAX_EVENTS_PER_FRAME,
  MAX_FRAME_BYTES,
  PING_EVERY_MS,
  SILENCE_CLOSES_AFTER_MS,
} from '#protocol/limits.ts'
import { utf8Length } from '#protocol/text.ts'
import type { Up } from '#protocol/up.ts'
import { PROTOCOL_VERSIONS } from '#protocol/version.ts'
import type { Clock } from './ports/clock.ts'
import type { Link } from './ports/link.ts'
import { notUnderstood, offline, RefusedError } from './refused-error.ts'
import { type AnswerOf, type Asking, Requests } from './requests.ts'
import { Unstored } from './unstored.ts'

/** A connection on which the server talks nonsense is replaced after this: the next one may be no better. */
const NONSENSE_PAUSE_MS = 5_000

export type SessionEvents = {
  /** The server has answered `hello`: log in now, or authenticate. */
  welcomed(welcome: Welcome): void
  /** Events that answer no request under way, a frame at a time. */
  received(events: readonly Down[]): void
  /** Requests under way are rejected; everything said on this connection may or may not have been heard. */
  lost(): void
  /** An attempt to connect has failed. */
  unreached(): unknown
  /** The server sends no more until the client syncs again. */
  lagging(): void
  /** Whether the server is there, and does not store what it is sent. */
  stalls(isStalled: boolean): unknown
  /** The server will not have this device, or this client. */
  dismissed(why: 'revoked' | Refusal): void
}

/** One conversation with the server over a link that comes and goes: framing, credit, signs of life. */
export class Session {
  readonly #link: Link
  readonly #clock: Clock
  readonly #clientName: string
  readonly #events: SessionEvents
  readonly #requests = new Requests((request) => this.say(request))
  /** Of what was said on this connection. */
  readonly unstored: Unstored
  #open = false
  #loggedIn = false
  /** The server answers nothing until the client syncs (SPEC.md, G3). */
  #lags = false
  /** What the server can read; undefined while it has not said so. */
  #understood: ReadonlySet<string> | undefined
  #queue: Up[] = []
  #received = 0
  #acknowledged = 0
  #heardAt = 0
  #stopWatch: (() => void) | undefined

  constructor(link: Link, clock: Clock, clientName: string, events: SessionEvents) {
    this.#link = link
    this.#clock = clock
    this.#clientName = clientName
    this.#events = events
    this.unstored = new Unstored(clock, {
      ask: () => this.say({ type: 'ping' }),
      stalls: (isStalled) => events.stalls(isStalled),
    })
  }

  start(): void {
    this.#link.start({
      opened: () => this.#opened(),
      frame: (text) => this.#frame(text),
      closed: (code) => this.#closed(code),
    })
  }

  stop(): void {
    this.#closed(1000)
    this.#link.stop()
  }

  reconnect(): void {
    this.#link.reconnect()
  }

  /** Whether the server knows, on this connection, who this is. */
  get isLoggedIn(): boolean {
    return this.#loggedIn
  }

  /** Whether the server, which may be older than this client, can read events of this type. */
  understands(type: Up['type']): boolean {
    return this.#understood?.has(type) ?? true
  }

  /** Sends with everything else that this turn says; dropped without a connection, and where it would not be understood. */
  say(event: Up): void {
    if (!this.#open || !this.understands(event.type)) return
    if (this.#queue.length === 0) void Promise.resolve().then(() => this.#flush())
    this.#queue.push(event)
    this.unstored.said(event)
  }

  /**
   * As Requests.ask; rejects with `retry` when there is no connection, it is not logged in yet, or the server waits for a
   * sync, and for good where the server would not understand it.
   */
  ask<Type extends Answer['type']>(
    asking: Asking,
    type: Type,
    inOrder?: (answer: AnswerOf<Type>) => void,
  ): Promise<AnswerOf<Type>> {
    const mayAsk = this.#loggedIn || (this.#open && isEntrance(asking))
    if (asking.type === 'sync') this.#lags = false
    if (!mayAsk || this.#lags) return Promise.reject(offline())
    return this.understands(asking.type) ? this.#requests.ask(asking, type, inOrder) : Promise.reject(notUnderstood())
  }

  /** Tells the server how much has arrived, so that it goes on. */
  acknowledge(): void {
    this.#acknowledged = this.#received
    this.say({ type: 'acknowledge', bytes: this.#received })
  }

  #opened(): void {
    this.#open = true
    this.#understood = undefined
    this.#received = 0
    this.#acknowledged = 0
    this.#heardAt = this.#clock.now()
    this.say({ type: 'hello', versions: [...PROTOCOL_VERSIONS], client: this.#clientName })
    this.#watch()
  }

  #closed(code: number): void {
    const wasOpen = this.#open
    this.#open = false
    this.#loggedIn = false
    this.#lags = false
    this.#queue = []
    this.unstored.forget()
    this.#stopWatch?.()
    this.#requests.abandon(offline())
    if (wasOpen) this.#events.lost()
    else this.#events.unreached()
    if (code === closeCodes.deviceRevoked) this.#events.dismissed('revoked')
  }

  #frame(text: string): void {
    if (!this.#open) return
    this.#heardAt = this.#clock.now()
    if (text !== PONG_FRAME) this.#received += utf8Length(text)
    const decoded = decodeDown(text)
    if ('refused' in decoded) return this.#distrust()
    this.#take(decoded.ok)
    if (this.#received - this.#acknowledged >= ACKNOWLEDGE_EVERY_BYTES) this.acknowledge()
  }

  /** As if the connection were lost, and soon it is. */
  #distrust(): void {
    this.#closed(closeCodes.malformed)
    this.#stopWatch = this.#clock.after(NONSENSE_PAUSE_MS, () => this.reconnect())
  }

  #take(events: readonly Down[]): void {
    const rest = events.filter((event) => {
      if (event.type === 'session') this.#loggedIn = true
      this.unstored.heard(event)
      // All that was in the frame is refused, and nobody says what that was: at most the one request that was wrong.
      if (isUnread(event)) {
        this.#requests.abandon(new RefusedError(event.refusal))
        return true
      }
      return !this.#requests.settle(event) && !this.#control(event)
    })
    if (rest.length > 0) this.#events.received(rest)
  }

  /** What concerns the connection itself. */
  #control(event: Down): boolean {
    switch (event.type) {
      case 'welcome':
        this.#understood = event.understands && new Set(event.understands)
        this.#events.welcomed(event)
        return true
      case 'lagging':
        this.#lags = true
        this.#requests.abandon(offline())
        this.acknowledge()
        this.#events.lagging()
        return true
      case 'failed':
        if (event.refusal.kind === 'unsupported-version') this.#events.dismissed(event.refusal)
        return false
      case 'pong':
      case 'draining':
        return true
      default:
        return false
    }
  }

  /** Pings when it is quiet, and gives a connection up that does not answer. */
  #watch(): void {
    const silenceEndsAt = this.#heardAt + SILENCE_CLOSES_AFTER_MS
    this.#stopWatch = this.#clock.after(Math.min(PING_EVERY_MS, silenceEndsAt - this.#clock.now()), () => {
      if (this.#clock.now() - this.#heardAt >= SILENCE_CLOSES_AFTER_MS) return this.reconnect()
      this.say({ type: 'ping' })
      this.#watch()
    })
  }

  #flush(): void {
    const queue = this.#queue
    this.#queue = []
    for (const frame of frames(queue)) this.#link.send(frame)
  }
}

/** What may be asked before the server knows who this is. */
function isEntrance({ type }: Asking): boolean {
  return type === 'register' || type === 'log-in' || type === 'authenticate'
}

/** The server's word that it could not read a frame. */
export function isUnread(event: Down): event is Failed {
  return event.type === 'failed' && event.refusal.kind === 'malformed'
}

/** As few frames as their limits allow, in order. */
function frames(events: readonly Up[]): string[] {
  const packed: Up[][] = []
  let bytes = MAX_FRAME_BYTES
  for (const event of events) {
    const size = utf8Length(JSON.stringify(event)) + 2
    if (bytes + size > MAX_FRAME_BYTES || packed.at(-1)?.length === MAX_EVENTS_PER_FRAME) {
      packed.push([])
      bytes = 0
    }
    packed.at(-1)?.push(event)
    bytes += size
  }
  return packed.map(encodeUp)
}

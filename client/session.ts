import { decodeDown, encodeUp } from '#protocol/codec.ts'
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
import { offline } from './refused-error.ts'
import { type AnswerOf, type Asking, Requests } from './requests.ts'

export type SessionEvents = {
  connecting(): void
  /** The server has answered `hello`: log in now, or authenticate. */
  welcomed(welcome: Welcome): void
  /** Events that answer no request, a frame at a time. */
  received(events: readonly Down[]): void
  /** Requests under way are rejected; everything said on this connection may or may not have been heard. */
  lost(): void
  /** The server sends no more until the client syncs again. */
  lagging(): void
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
  #open = false
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
  }

  start(): void {
    this.#events.connecting()
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

  /** Sends with everything else that this turn says; dropped when there is no connection. */
  say(event: Up): void {
    if (!this.#open) return
    if (this.#queue.length === 0) void Promise.resolve().then(() => this.#flush())
    this.#queue.push(event)
  }

  /** As Requests.ask; rejects with `retry` when there is no connection. */
  ask<Type extends Answer['type']>(
    asking: Asking,
    type: Type,
    inOrder?: (answer: AnswerOf<Type>) => void,
  ): Promise<AnswerOf<Type>> {
    return this.#open ? this.#requests.ask(asking, type, inOrder) : Promise.reject(offline())
  }

  /** Tells the server how much has arrived, so that it goes on. */
  acknowledge(): void {
    this.#acknowledged = this.#received
    this.say({ type: 'acknowledge', bytes: this.#received })
  }

  #opened(): void {
    this.#open = true
    this.#received = 0
    this.#acknowledged = 0
    this.#heardAt = this.#clock.now()
    this.say({ type: 'hello', versions: [...PROTOCOL_VERSIONS], client: this.#clientName })
    this.#watch()
  }

  #closed(code: number): void {
    const wasOpen = this.#open
    this.#open = false
    this.#queue = []
    this.#stopWatch?.()
    this.#requests.abandon()
    if (wasOpen) this.#events.lost()
    if (code === closeCodes.deviceRevoked) this.#events.dismissed('revoked')
  }

  #frame(text: string): void {
    this.#heardAt = this.#clock.now()
    if (text !== PONG_FRAME) this.#received += utf8Length(text)
    const decoded = decodeDown(text)
    // A server that talks nonsense: a fresh connection is the best there is.
    if ('refused' in decoded) return this.reconnect()
    this.#take(decoded.ok)
    if (this.#received - this.#acknowledged >= ACKNOWLEDGE_EVERY_BYTES) this.acknowledge()
  }

  #take(events: readonly Down[]): void {
    const rest = events.filter((event) => !this.#requests.settle(event) && !this.#control(event))
    if (rest.length > 0) this.#events.received(rest)
  }

  /** What concerns the connection itself. */
  #control(event: Down): boolean {
    switch (event.type) {
      case 'welcome':
        this.#events.welcomed(event)
        return true
      case 'lagging':
        this.#requests.abandon()
        this.acknowledge()
        this.#events.lagging()
        return true
      case 'failed':
        if (event.refusal.kind === 'unsupported-version') this.#events.dismissed(event.refusal)
        return true
      case 'pong':
      case 'draining':
        return true
      default:
        return false
    }
  }

  /** Pings when it is quiet, and gives a connection up that does not answer. */
  #watch(): void {
    this.#stopWatch = this.#clock.after(PING_EVERY_MS, () => {
      if (this.#clock.now() - this.#heardAt > SILENCE_CLOSES_AFTER_MS) return this.reconnect()
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

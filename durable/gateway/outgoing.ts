import { composeFrame, encodeDown } from '#protocol/codec.ts'
import { PONG_FRAME } from '#protocol/down/pong.ts'
import { Scratch } from '#protocol/scratch.ts'
import { toUtf8 } from '#protocol/text.ts'
import type { Sockets } from '../ports/sockets.ts'
import type { Connection } from './connection.ts'

export const PONG = toUtf8(PONG_FRAME)
const LAGGING = encodeDown({ type: 'lagging' })

/** What one turn says, gathered: one frame and one write for each socket. */
export class Outgoing {
  readonly #sockets: Sockets
  readonly #onLag: (connection: Connection) => void
  /** For what goes to one client alone, or is put together for one turn. */
  readonly scratch = new Scratch()
  #queues = new Map<Connection, Uint8Array[]>()

  constructor(sockets: Sockets, onLag: (connection: Connection) => void) {
    this.#sockets = sockets
    this.#onLag = onLag
  }

  push(connection: Connection, event: Uint8Array): void {
    if (!connection.credit.gather(event.length + 1)) return this.lag(connection)
    this.#queue(connection, event)
  }

  /** Tells a client that it has to sync before it hears anything else. */
  lag(connection: Connection): void {
    connection.lag()
    this.#queue(connection, LAGGING)
    this.#onLag(connection)
  }

  flush(): void {
    const queues = this.#queues
    this.#queues = new Map()
    const frames = new FrameCache(this.scratch)
    for (const [connection, events] of queues) {
      if (!connection.isOpen) continue
      const frame = frames.compose(events)
      // A host may say this by itself, so neither end counts it.
      connection.credit.spend(frame === PONG ? 0 : frame.length)
      this.#sockets.send(connection.socket, frame)
    }
    this.scratch.reuse()
  }

  forget(connection: Connection): void {
    this.#queues.delete(connection)
  }

  #queue(connection: Connection, event: Uint8Array): void {
    const queue = this.#queues.get(connection)
    if (queue) queue.push(event)
    else {
      if (this.#queues.size === 0) this.#sockets.afterTurn(() => this.flush())
      this.#queues.set(connection, [event])
    }
  }
}

/** The frames of one flush: sockets that get the same events share one, which a host then frames once. */
class FrameCache {
  readonly #scratch: Scratch
  readonly #byFirst = new Map<Uint8Array, { events: readonly Uint8Array[]; frame: Uint8Array }[]>()

  constructor(scratch: Scratch) {
    this.#scratch = scratch
  }

  compose(events: readonly Uint8Array[]): Uint8Array {
    const [first] = events
    if (!first || events.length === 1) return composeFrame(this.#scratch, events)
    const known = this.#byFirst.get(first) ?? []
    const same = known.find((entry) => isSameList(entry.events, events))
    if (same) return same.frame
    const frame = composeFrame(this.#scratch, events)
    this.#byFirst.set(first, [...known, { events, frame }])
    return frame
  }
}

function isSameList(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((event, i) => event === b[i])
}

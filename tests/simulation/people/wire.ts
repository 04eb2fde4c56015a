import type { Link, LinkEvents } from '#client/ports/link.ts'
import type { SocketId } from '#durable/ports/sockets.ts'
import type { Chance } from '../chance.ts'
import type { Machine } from '../machine.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { VirtualClock } from '../virtual-clock.ts'

const SLOWEST_MS = 40
const LOST = 1006

/** In which direction nothing arrives any more, though neither end has heard that the connection is gone. */
export type Deafness = 'none' | 'up' | 'down' | 'both'

/** `frame`: one from the host, before the client hears it. */
export type Tap = { said(frame: string): void; frame(frame: string): void }

export type WireParts = {
  readonly machine: Machine
  readonly clock: VirtualClock
  readonly random: SeededRandom
  readonly chance: Chance
  /** Which gateway this client comes to, every time. */
  readonly gateway: string
  /** Hears what crosses a connection; made anew for every one. */
  readonly newTap: () => Tap
  /** The client could not read a frame. */
  readonly onUnread: (frame: string) => void
  /** A connection is noticed to be gone, at either end. */
  readonly onLost: () => void
  /** A broken host: the events of one frame in the wrong order. */
  readonly reorders: boolean
}

/** A client's link over a network that delays, repeats what may be repeated, falls silent and breaks. */
export class Wire implements Link {
  readonly #parts: WireParts
  #events: LinkEvents | undefined
  #socket: SocketId | undefined
  #tap: Tap | undefined
  #connection = 0
  #up = 0
  #down = 0
  #slowestMs = SLOWEST_MS
  #deafness: Deafness = 'none'
  #isCut = false

  constructor(parts: WireParts) {
    this.#parts = parts
  }

  start(events: LinkEvents): void {
    this.#events = events
    this.#open()
  }

  send(frame: string): void {
    const connection = this.#connection
    this.#tap?.said(frame)
    const times = frame.includes('"send"') && this.#parts.chance.strikes('frame repeated') ? 2 : 1
    for (let i = 0; i < times; i++) {
      this.#up = this.#later(this.#up, () => {
        if (connection !== this.#connection || !this.#socket || this.#isDeaf('up')) return
        void this.#parts.machine.receive(this.#socket, frame)
      })
    }
  }

  reconnect(): void {
    this.break()
  }

  stop(): void {
    const events = this.#events
    this.#events = undefined
    this.#drop(events)
  }

  /** Whether the network lets this client connect. */
  set isCut(isCut: boolean) {
    this.#isCut = isCut
    if (isCut) this.break()
  }

  /** How long a frame of this connection may take. */
  set slowestMs(slowestMs: number) {
    this.#slowestMs = slowestMs
  }

  /** What is said from here on is not slow any more. */
  mend(): void {
    this.#slowestMs = SLOWEST_MS
  }

  get isHalfOpen(): boolean {
    return this.#deafness !== 'none'
  }

  /** Makes this connection half-open, for good: what it lost is lost, and it hears nothing after it. False when there is none. */
  deafen(deafness: Exclude<Deafness, 'none'>): boolean {
    const isOnlyThis = this.#deafness === 'none' || this.#deafness === deafness
    if (this.#socket) this.#deafness = isOnlyThis ? deafness : 'both'
    return this.#socket !== undefined
  }

  /** The connection is lost, with what was on its way. */
  break(): void {
    this.#drop(this.#events)
  }

  #open(): void {
    const connection = ++this.#connection
    this.#deafness = 'none'
    this.#slowestMs = SLOWEST_MS
    const { clock, random } = this.#parts
    clock.after(random.int(5, 300), () => {
      if (connection === this.#connection && this.#events) void this.#connect(connection)
    })
  }

  async #connect(connection: number): Promise<void> {
    const isCurrent = () => connection === this.#connection
    const { machine, gateway, newTap } = this.#parts
    const tap = newTap()
    this.#tap = tap
    const end = {
      frame: (text: string) => {
        this.#down = this.#later(this.#down, () => {
          if (isCurrent() && !this.#isDeaf('down')) this.#arrive(text, tap, isCurrent)
        })
      },
      closed: (code: number) => {
        if (isCurrent()) this.#parts.onLost()
        this.#down = this.#later(this.#down, () => {
          if (isCurrent() && !this.#isDeaf('down')) this.#drop(this.#events, code)
        })
      },
    }
    const socket = this.#isCut ? undefined : await machine.connect(end, 'loopback', gateway)
    if (!isCurrent()) return socket === undefined ? undefined : machine.disconnect(socket)
    if (socket === undefined) return this.#open()
    this.#socket = socket
    this.#events?.opened()
  }

  #arrive(text: string, tap: Tap, isCurrent: () => boolean): void {
    const frame = this.#parts.reorders ? reversed(text) : text
    const times = frame.includes('"delivery"') && this.#parts.chance.strikes('frame repeated') ? 2 : 1
    tap.frame(frame)
    for (let i = 0; i < times && isCurrent(); i++) {
      this.#events?.frame(frame)
      // The client gives up at once a connection that talks nonsense, and never at once for another reason.
      if (!isCurrent()) this.#parts.onUnread(frame)
    }
  }

  #isDeaf(direction: 'up' | 'down'): boolean {
    return this.#deafness === 'both' || this.#deafness === direction
  }

  #drop(events: LinkEvents | undefined, code = LOST): void {
    const { machine, clock, random, onLost } = this.#parts
    const socket = this.#socket
    this.#socket = undefined
    this.#connection++
    if (socket) {
      onLost()
      events?.closed(code)
      // Through a connection that is deaf this way even its end is not heard: the host notices the silence.
      if (!this.#isDeaf('up')) clock.after(random.int(0, SLOWEST_MS), () => void machine.disconnect(socket))
    }
    if (this.#events) this.#open()
  }

  /** In order, after a delay; answers when it arrives. */
  #later(after: number, run: () => void): number {
    const { clock, random } = this.#parts
    const now = clock.now()
    const at = Math.max(after, now + random.int(1, this.#slowestMs))
    clock.after(at - now, run)
    return at
  }
}

function reversed(frame: string): string {
  const json = JSON.parse(frame)
  return Array.isArray(json) ? JSON.stringify(json.reverse()) : frame
}

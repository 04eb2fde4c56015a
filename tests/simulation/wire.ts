import type { Link, LinkEvents } from '#client/ports/link.ts'
import type { SocketId } from '#durable/ports/sockets.ts'
import type { Machine } from './machine.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { VirtualClock } from './virtual-clock.ts'

const SLOWEST_MS = 40
const REPEATED = 0.03

/** Told of every frame that reaches the client. */
export type Tap = (frame: string) => void

/** A client's link over a network that delays, repeats what may be repeated, and breaks. */
export class Wire implements Link {
  readonly #machine: Machine
  readonly #clock: VirtualClock
  readonly #random: SeededRandom
  readonly #tap: Tap
  #events: LinkEvents | undefined
  #socket: SocketId | undefined
  #connection = 0
  #up = 0
  #down = 0
  #isCut = false

  constructor(machine: Machine, clock: VirtualClock, random: SeededRandom, tap: Tap) {
    this.#machine = machine
    this.#clock = clock
    this.#random = random
    this.#tap = tap
  }

  start(events: LinkEvents): void {
    this.#events = events
    this.#open()
  }

  send(frame: string): void {
    const connection = this.#connection
    const times = frame.includes('"send"') && this.#machine.isFaulty && this.#random.chance(REPEATED) ? 2 : 1
    for (let i = 0; i < times; i++) {
      this.#up = this.#later(this.#up, () => {
        if (connection === this.#connection && this.#socket) void this.#machine.receive(this.#socket, frame)
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

  /** The connection is lost, with what was on its way. */
  break(): void {
    this.#drop(this.#events)
  }

  #open(): void {
    const connection = ++this.#connection
    this.#clock.after(this.#random.int(5, 300), () => {
      if (connection === this.#connection && this.#events) void this.#connect(connection)
    })
  }

  async #connect(connection: number): Promise<void> {
    const isCurrent = () => connection === this.#connection
    const socket = this.#isCut
      ? undefined
      : await this.#machine.connect({
          frame: (text) => {
            this.#down = this.#later(this.#down, () => {
              if (!isCurrent()) return
              this.#tap(text)
              this.#events?.frame(text)
              const repeats = text.includes('"delivery"') && this.#machine.isFaulty && this.#random.chance(REPEATED)
              if (repeats && isCurrent()) this.#events?.frame(text)
            })
          },
          closed: (code) => {
            this.#down = this.#later(this.#down, () => isCurrent() && this.#drop(this.#events, code))
          },
        })
    if (!isCurrent()) return socket === undefined ? undefined : this.#machine.disconnect(socket)
    if (socket === undefined) return this.#open()
    this.#socket = socket
    this.#events?.opened()
  }

  #drop(events: LinkEvents | undefined, code = 1006): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#connection++
    if (socket) {
      events?.closed(code)
      this.#clock.after(this.#random.int(0, SLOWEST_MS), () => void this.#machine.disconnect(socket))
    }
    if (this.#events) this.#open()
  }

  /** In order, after a delay; answers when it arrives. */
  #later(after: number, run: () => void): number {
    const now = this.#clock.now()
    const at = Math.max(after, now + this.#random.int(1, SLOWEST_MS))
    this.#clock.after(at - now, run)
    return at
  }
}

import type { Link, LinkEvents } from '#client/ports/link.ts'
import type { Down } from '#protocol/down.ts'
import type { Up } from '#protocol/up.ts'

/** A client's link worked by hand: the test is the network and the server. */
export class HandLink implements Link {
  readonly sent: string[] = []
  reconnects = 0
  #events: LinkEvents | undefined
  #isOpen = false

  start(events: LinkEvents): void {
    this.#events = events
  }

  get isStarted(): boolean {
    return this.#events !== undefined
  }

  open(): void {
    this.#isOpen = true
    this.#events?.opened()
  }

  close(code = 1006): void {
    this.#isOpen = false
    this.#events?.closed(code)
  }

  send(frame: string): void {
    this.sent.push(frame)
  }

  reconnect(): void {
    this.reconnects++
    this.close(1000)
  }

  stop(): void {
    this.#events = undefined
  }

  frame(text: string): void {
    if (this.#isOpen) this.#events?.frame(text)
  }

  /** The server says these in one frame. */
  say(...events: Down[]): void {
    this.frame(JSON.stringify(events))
  }

  /** What the client has said, event by event. */
  get said(): Up[] {
    return this.sent.flatMap((frame) => JSON.parse(frame))
  }

  /** The newest event of this type that the client has said. */
  last<Type extends Up['type']>(type: Type): Extract<Up, { type: Type }> {
    const found = this.said.findLast((event): event is Extract<Up, { type: Type }> => event.type === type)
    if (!found) throw new Error(`the client has not said ${type}`)
    return found
  }
}

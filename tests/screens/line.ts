import type { Page, WebSocketRoute } from 'playwright-core'
import type { Down } from '#protocol/down.ts'
import type { Refusal, RefusalKind } from '#protocol/errors.ts'
import type { Up } from '#protocol/up.ts'

/** What a page hears at once of what it says, where that does not reach its server; nothing where it is lost. */
type Reply = (said: Up) => Down | undefined

/** The line from a page to its server. What seldom happens on it happens when it is wanted, for as long as one looks. */
export class Line {
  readonly #replies = new Map<Up['type'], Reply>()
  #change: ((said: Down) => Down) | undefined
  #isMute = false
  #isCut = false
  #socket: WebSocketRoute | undefined

  /** Of what a page does from its next connection on. */
  static async of(page: Page): Promise<Line> {
    const line = new Line()
    await page.routeWebSocket(/\/ws\b/, (socket) => line.#stand(socket))
    return line
  }

  /** From the next connection on the server says nothing. */
  mute(): void {
    this.#isMute = true
  }

  /** The server is gone, and does not come back. */
  async cut(): Promise<void> {
    this.#isCut = true
    await this.#socket?.close()
  }

  /** What is asked is not answered. */
  hold(type: Up['type']): void {
    this.#replies.set(type, () => undefined)
  }

  /** What is asked is refused, in the server's place. */
  refuse(type: Up['type'], kind: RefusalKind, retryAfterMs?: number): void {
    const refusal: Refusal = { kind, reason: 'for the picture', ...(retryAfterMs !== undefined && { retryAfterMs }) }
    this.#replies.set(type, (said) => refused(said, refusal))
  }

  /** The server says something else. */
  change(change: (said: Down) => Down): void {
    this.#change = change
  }

  /** All is as it was, from the next connection on at the latest. */
  mend(): void {
    this.#replies.clear()
    this.#change = undefined
    this.#isMute = false
    this.#isCut = false
  }

  async #stand(socket: WebSocketRoute): Promise<void> {
    if (this.#isCut) return socket.close()
    this.#socket = socket
    if (this.#isMute) return
    const server = socket.connectToServer()
    socket.onMessage((frame) => this.#hear(String(frame), socket, server))
    server.onMessage((frame) => socket.send(this.#changed(String(frame))))
  }

  #hear(frame: string, socket: WebSocketRoute, server: WebSocketRoute): void {
    const said = eventsOf<Up>(frame)
    const passing = said.filter(({ type }) => !this.#replies.has(type))
    if (passing.length > 0) server.send(JSON.stringify(passing))
    for (const event of said) {
      const reply = this.#replies.get(event.type)?.(event)
      if (reply) socket.send(JSON.stringify(reply))
    }
  }

  #changed(frame: string): string {
    return this.#change ? JSON.stringify(eventsOf<Down>(frame).map(this.#change)) : frame
  }
}

function refused(said: Up, refusal: Refusal): Down {
  if (said.type === 'send') {
    const { room, producer, n } = said
    return { type: 'refused', room, producer, n, refusal }
  }
  return { type: 'failed', ...('id' in said && { re: said.id }), refusal }
}

function eventsOf<Event>(frame: string): Event[] {
  const said: Event | Event[] = JSON.parse(frame)
  return Array.isArray(said) ? said : [said]
}

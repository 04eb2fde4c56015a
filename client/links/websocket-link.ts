import ReconnectingWebSocket from 'partysocket/ws'
import { toBase64Url } from '#protocol/ids.ts'
import type { Link, LinkEvents } from '../ports/link.ts'
import { systemRandom } from '../ports/random.ts'

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
const CONNECT_WITHIN_MS = 10_000
const JITTER_MS = 500
const SHARD_BYTES = 6

/** The link of browsers and of Node: a WebSocket that reconnects. What is unsent waits in the outbox, not in the socket. */
export class WebSocketLink implements Link {
  readonly #url: string
  #socket: ReconnectingWebSocket | undefined

  constructor(url: string) {
    // Hosts with several gateways choose by this key: it stays, so that a client comes back to the same one.
    this.#url = `${url}?shard=${toBase64Url(systemRandom(SHARD_BYTES))}`
  }

  start(events: LinkEvents): void {
    const socket = new ReconnectingWebSocket(this.#url, [], {
      maxEnqueuedMessages: 0,
      connectionTimeout: CONNECT_WITHIN_MS,
      // A server that restarts meets its clients one after another, not all at once.
      minReconnectionDelay: FIRST_PAUSE_MS + Math.random() * JITTER_MS,
      maxReconnectionDelay: LONGEST_PAUSE_MS,
    })
    this.#socket = socket
    socket.addEventListener('open', () => events.opened())
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') events.frame(data)
    })
    socket.addEventListener('close', ({ code }) => events.closed(code))
  }

  send(frame: string): void {
    if (this.#socket?.readyState === ReconnectingWebSocket.OPEN) this.#socket.send(frame)
  }

  reconnect(): void {
    this.#socket?.reconnect()
  }

  stop(): void {
    this.#socket?.close()
    this.#socket = undefined
  }
}

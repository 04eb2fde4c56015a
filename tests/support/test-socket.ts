import { once } from 'node:events'
import WebSocket, { type ClientOptions } from 'ws'
import { decodeDown } from '#protocol/codec.ts'
import type { Down } from '#protocol/down.ts'

export const HELLO = JSON.stringify({ type: 'hello', versions: [1], client: 'tests' })

/** A bare client's end of a socket: what it was told, and how it was refused or closed. */
export class TestSocket {
  readonly ws: WebSocket
  readonly closed: Promise<number>
  /** The status with which the socket was refused; undefined once it is open. */
  readonly opened: Promise<number | undefined>

  constructor(url: string, options: ClientOptions = {}) {
    this.ws = new WebSocket(url, options)
    this.ws.on('error', () => {})
    this.closed = new Promise((resolve) => this.ws.once('close', (code) => resolve(code)))
    this.opened = new Promise((resolve) => {
      this.ws.once('open', () => resolve(undefined))
      this.ws.once('unexpected-response', (_request, response) => resolve(response.statusCode))
    })
  }

  /** The events of the next frame. */
  async next(): Promise<Down[]> {
    const [data] = await once(this.ws, 'message')
    const decoded = decodeDown(String(data))
    return 'ok' in decoded ? decoded.ok : []
  }

  async ask(frame: string): Promise<Down[]> {
    this.ws.send(frame)
    return this.next()
  }
}

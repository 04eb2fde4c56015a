import type { Gateway } from '#durable/gateway/gateway.ts'
import type { Log } from '#durable/ports/log.ts'
import type { SocketId, SocketOrigin, Sockets } from '#durable/ports/sockets.ts'
import { closeCodes } from '#protocol/errors.ts'
import { MAX_FRAME_BYTES } from '#protocol/limits.ts'
import { fromUtf8, utf8Length } from '#protocol/text.ts'

/** What a gateway is told about its sockets. */
type SocketEvents = Pick<Gateway, 'opened' | 'received' | 'closed' | 'sweep'>

const SWEEP_EVERY_MS = 5_000
const INTERNAL_ERROR = 1011

/** The client sockets of one gateway. They hold the object in memory: they do not hibernate yet. */
export class GatewaySockets implements Sockets {
  readonly #log: Log
  readonly #sockets = new Map<SocketId, WebSocket>()
  /** Frames as text: what goes to many sockets is decoded once. */
  readonly #texts = new WeakMap<Uint8Array, string>()
  #sweep: number | null = null
  #opened = 0

  constructor(log: Log) {
    this.#log = log
  }

  add(ws: WebSocket, origin: SocketOrigin, gateway: SocketEvents): void {
    this.#opened += 1
    const id = this.#opened.toString(36)
    this.#sockets.set(id, ws)
    this.#sweep ??= setInterval(() => this.#guarded(undefined, () => gateway.sweep()), SWEEP_EVERY_MS)
    ws.accept()
    ws.addEventListener('message', ({ data }) => this.#guarded(ws, () => receive(ws, id, data, gateway)))
    ws.addEventListener('close', () => this.#closed(id, gateway))
    ws.addEventListener('error', () => this.#closed(id, gateway))
    this.#guarded(ws, () => gateway.opened(id, origin))
  }

  send(id: SocketId, frame: Uint8Array): void {
    const ws = this.#sockets.get(id)
    if (ws?.readyState === WebSocket.OPEN) ws.send(this.#text(frame))
  }

  close(id: SocketId, code: number, reason: string): void {
    this.#sockets.get(id)?.close(code, reason)
  }

  afterTurn(callback: () => void): void {
    setTimeout(() => this.#guarded(undefined, callback), 0)
  }

  #closed(id: SocketId, gateway: SocketEvents): void {
    const ws = this.#sockets.get(id)
    if (!ws) return
    this.#sockets.delete(id)
    if (this.#sockets.size === 0) {
      clearInterval(this.#sweep)
      this.#sweep = null
    }
    this.#guarded(ws, () => gateway.closed(id))
  }

  /** A gateway that throws has a fault. One client must not bring down the others by finding it. */
  #guarded(ws: WebSocket | undefined, event: () => void): void {
    try {
      event()
    } catch (error) {
      this.#log.error('a gateway failed on an event of a socket', { error })
      ws?.close(INTERNAL_ERROR, 'something went wrong here')
    }
  }

  #text(frame: Uint8Array): string {
    const known = this.#texts.get(frame)
    if (known !== undefined) return known
    const text = fromUtf8(frame)
    this.#texts.set(frame, text)
    return text
  }
}

function receive(ws: WebSocket, id: SocketId, data: string | ArrayBuffer, gateway: SocketEvents): void {
  if (typeof data !== 'string') ws.close(closeCodes.malformed, 'frames are text')
  else if (isTooLarge(data)) ws.close(closeCodes.tooLarge, 'frame too large')
  else gateway.received(id, data)
}

/** workerd takes frames far above what the protocol allows. */
function isTooLarge(frame: string): boolean {
  return frame.length > MAX_FRAME_BYTES || (frame.length > MAX_FRAME_BYTES / 3 && utf8Length(frame) > MAX_FRAME_BYTES)
}

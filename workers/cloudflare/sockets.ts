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
    ws.addEventListener('message', ({ data }) => this.#received(id, data, gateway))
    ws.addEventListener('close', () => this.#lost(id, gateway))
    ws.addEventListener('error', () => this.#lost(id, gateway))
    this.#guarded(id, () => gateway.opened(id, origin))
  }

  send(id: SocketId, frame: Uint8Array): void {
    const ws = this.#sockets.get(id)
    if (ws?.readyState === WebSocket.OPEN) ws.send(this.#text(frame))
  }

  /** It is forgotten at once: a client that never answers the closing holds nothing here. */
  close(id: SocketId, code: number, reason: string): void {
    const ws = this.#sockets.get(id)
    this.#forget(id)
    if (ws?.readyState === WebSocket.OPEN) ws.close(code, reason)
  }

  afterTurn(callback: () => void): void {
    setTimeout(() => this.#guarded(undefined, callback), 0)
  }

  #received(id: SocketId, data: string | ArrayBuffer, gateway: SocketEvents): void {
    if (!this.#sockets.has(id)) return
    if (typeof data === 'string' && !isTooLarge(data)) return this.#guarded(id, () => gateway.received(id, data))
    if (typeof data === 'string') this.close(id, closeCodes.tooLarge, 'frame too large')
    else this.close(id, closeCodes.malformed, 'frames are text')
    this.#guarded(undefined, () => gateway.closed(id))
  }

  #lost(id: SocketId, gateway: SocketEvents): void {
    if (!this.#sockets.has(id)) return
    this.#forget(id)
    this.#guarded(undefined, () => gateway.closed(id))
  }

  #forget(id: SocketId): void {
    this.#sockets.delete(id)
    if (this.#sockets.size > 0) return
    clearInterval(this.#sweep)
    this.#sweep = null
  }

  /** A gateway that throws has a fault. One client must not bring down the others by finding it. */
  #guarded(id: SocketId | undefined, event: () => void): void {
    try {
      event()
    } catch (error) {
      this.#log.error('a gateway failed on an event of a socket', { error })
      if (id !== undefined) this.#sockets.get(id)?.close(INTERNAL_ERROR, 'something went wrong here')
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

/** workerd takes frames far above what the protocol allows. */
function isTooLarge(frame: string): boolean {
  return frame.length > MAX_FRAME_BYTES || (frame.length > MAX_FRAME_BYTES / 3 && utf8Length(frame) > MAX_FRAME_BYTES)
}

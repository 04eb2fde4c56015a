import type { Gateway } from '#durable/gateway/gateway.ts'
import type { Log } from '#durable/ports/log.ts'
import type { SocketId, SocketOrigin, Sockets, Survivor } from '#durable/ports/sockets.ts'
import { PONG_FRAME } from '#protocol/down/pong.ts'
import { closeCodes } from '#protocol/errors.ts'
import { MAX_FRAME_BYTES } from '#protocol/limits.ts'
import { fromUtf8, utf8Length } from '#protocol/text.ts'
import { PING_FRAME } from '#protocol/up/ping.ts'
import { attach, attachmentOf } from './attachments.ts'
import { clock } from './clock.ts'
import { Notes } from './notes.ts'

/** What a gateway is told about its sockets, and asked. */
type SocketEvents = Pick<Gateway, 'opened' | 'received' | 'closed' | 'sweep' | 'noteOf' | 'isBusy'>

type Socket = { readonly ws: WebSocket; readonly origin: SocketOrigin; heardAt: number }

const INTERNAL_ERROR = 1011

/**
 * The client sockets of one gateway. They hibernate: workerd takes the object out of memory when nothing has happened
 * for about ten seconds, keeps the sockets, and answers pings itself.
 */
export class GatewaySockets implements Sockets {
  readonly #state: DurableObjectState
  readonly #log: Log
  readonly #sockets = new Map<SocketId, Socket>()
  readonly #survivors: readonly Survivor[]
  /** Frames as text: what goes to many sockets is decoded once. */
  readonly #texts = new WeakMap<Uint8Array, string>()
  readonly #notes = new Notes(
    () => this.#gateway?.isBusy ?? false,
    (id) => this.#guarded(id, () => this.#writeNote(id)),
  )
  #gateway: SocketEvents | undefined

  constructor(state: DurableObjectState, log: Log) {
    this.#state = state
    this.#log = log
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING_FRAME, PONG_FRAME))
    this.#survivors = this.#findSurvivors()
  }

  /** From here on this gateway hears of the sockets. */
  serve(gateway: SocketEvents): void {
    this.#gateway = gateway
  }

  /** Opens a socket; the answer is the client's end of it. */
  accept(origin: SocketOrigin): WebSocket {
    const { 0: client, 1: ws } = new WebSocketPair()
    const id = crypto.randomUUID()
    const heardAt = clock.now()
    attach(ws, { id, origin, heardAt })
    this.#state.acceptWebSocket(ws)
    this.#sockets.set(id, { ws, origin, heardAt })
    this.#tell(id, (gateway) => gateway.opened(id, origin))
    return client
  }

  received(ws: WebSocket, data: string | ArrayBuffer): void {
    const { id } = attachmentOf(ws)
    const socket = this.#sockets.get(id)
    if (!socket) return
    socket.heardAt = clock.now()
    if (typeof data === 'string' && !isTooLarge(data)) return this.#tell(id, (gateway) => gateway.received(id, data))
    if (typeof data === 'string') this.close(id, closeCodes.tooLarge, 'frame too large')
    else this.close(id, closeCodes.malformed, 'frames are text')
    this.#tell(undefined, (gateway) => gateway.closed(id))
  }

  /** The client's end is gone, or says that it goes. */
  lost(ws: WebSocket): void {
    const { id } = attachmentOf(ws)
    if (!this.#sockets.delete(id)) return
    this.#tell(undefined, (gateway) => gateway.closed(id))
  }

  /** Answers whether some may still log in. */
  sweep(): boolean {
    let mayLogIn = false
    this.#tell(undefined, (gateway) => {
      mayLogIn = gateway.sweep()
    })
    return mayLogIn
  }

  get isEmpty(): boolean {
    return this.#sockets.size === 0
  }

  send(id: SocketId, frame: Uint8Array): void {
    const ws = this.#sockets.get(id)?.ws
    if (ws?.readyState !== WebSocket.OPEN) return
    ws.send(this.#text(frame))
    this.#notes.outdate(id)
  }

  /** It is forgotten at once: a client that never answers the closing holds nothing here. */
  close(id: SocketId, code: number, reason: string): void {
    const ws = this.#sockets.get(id)?.ws
    this.#sockets.delete(id)
    if (ws?.readyState === WebSocket.OPEN) ws.close(code, reason)
  }

  heardAt(id: SocketId): number {
    const socket = this.#sockets.get(id)
    if (!socket) return 0
    const pinged = this.#state.getWebSocketAutoResponseTimestamp(socket.ws)?.getTime() ?? 0
    return Math.max(socket.heardAt, pinged)
  }

  survivors(): readonly Survivor[] {
    return this.#survivors
  }

  afterTurn(callback: () => void): void {
    setTimeout(() => this.#guarded(undefined, callback), 0)
  }

  whenCalm(callback: () => void): void {
    this.afterTurn(callback)
  }

  /** A socket without a note had just opened when the object left memory: its client has to come again. */
  #findSurvivors(): Survivor[] {
    const survivors: Survivor[] = []
    for (const ws of this.#state.getWebSockets()) {
      if (ws.readyState !== WebSocket.OPEN) continue
      const { id, origin, heardAt, note } = attachmentOf(ws)
      if (note === undefined) ws.close(closeCodes.draining, 'restarting')
      else {
        this.#sockets.set(id, { ws, origin, heardAt })
        survivors.push({ socket: id, origin, note })
      }
    }
    return survivors
  }

  #writeNote(id: SocketId): void {
    const socket = this.#sockets.get(id)
    const note = this.#gateway?.noteOf(id)
    if (!socket || note === undefined) return
    const { ws, origin, heardAt } = socket
    attach(ws, { id, origin, heardAt, note })
  }

  #tell(id: SocketId | undefined, event: (gateway: SocketEvents) => void): void {
    this.#guarded(id, () => this.#gateway && event(this.#gateway))
    if (id !== undefined && this.#sockets.has(id)) this.#notes.outdate(id)
  }

  /** A gateway that throws has a fault. One client must not bring down the others by finding it. */
  #guarded(id: SocketId | undefined, event: () => void): void {
    try {
      event()
    } catch (error) {
      this.#log.error('a gateway failed on an event of a socket', { error })
      if (id !== undefined) this.#sockets.get(id)?.ws.close(INTERNAL_ERROR, 'something went wrong here')
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

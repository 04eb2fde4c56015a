import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import type { Gateway } from '#durable/gateway/gateway.ts'
import type { Log } from '#durable/ports/log.ts'
import type { SocketId, SocketOrigin, Sockets, Survivor } from '#durable/ports/sockets.ts'
import { closeCodes } from '#protocol/errors.ts'
import { clock } from './clock.ts'
import type { Counters } from './counters.ts'
import { frameText } from './frame.ts'
import { LARGE_BYTES, LargeFrames } from './large-frames.ts'
import type { ActorStore } from './stores.ts'
import { within } from './within.ts'

/** What a gateway is told about its sockets. */
type SocketEvents = Pick<Gateway, 'opened' | 'received' | 'closed' | 'sweep'>

type Socket = { readonly ws: WebSocket; readonly stream: Duplex; heardAt: number }

const SWEEP_EVERY_MS = 5_000
/** By then a thread that writes waits for its disk, and not for this thread. */
const WRITTEN_WITHIN_MS = 2
/** A reader's credit ends far below this. What gets here all the same is cut off, so that it cannot eat the memory. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024
const INTERNAL_ERROR = 1011

/** The client sockets of one gateway. */
export class GatewaySockets implements Sockets {
  readonly #log: Log
  readonly #counters: Counters
  readonly #store: Pick<ActorStore, 'batches'>
  readonly #sockets = new Map<SocketId, Socket>()
  readonly #large = new LargeFrames()
  /** Frames of this turn: what goes to many sockets is framed once. */
  readonly #framed = new Map<Uint8Array, Buffer>()
  #gateway: SocketEvents | undefined
  #sweep: NodeJS.Timeout | undefined
  #opened = 0
  #whenEmpty: () => void = () => {}

  constructor(log: Log, counters: Counters, store: Pick<ActorStore, 'batches'>) {
    this.#log = log
    this.#counters = counters
    this.#store = store
  }

  /** From here on this gateway hears of the sockets. */
  serve(gateway: SocketEvents): void {
    this.#gateway = gateway
  }

  /** `stream` is the connection under the socket: ready frames are written to it directly. */
  add(ws: WebSocket, stream: Duplex, origin: SocketOrigin): void {
    this.#opened += 1
    const id = this.#opened.toString(36)
    const socket: Socket = { ws, stream, heardAt: clock.now() }
    this.#sockets.set(id, socket)
    if (!this.#gateway) ws.close(closeCodes.draining, 'restarting')
    this.#counters.socketsOpened += 1
    this.#counters.socketsOpen += 1
    this.#sweep ??= setInterval(() => this.#tell(undefined, (gateway) => gateway.sweep()), SWEEP_EVERY_MS)
    // ws says by itself with which code it closes (1009 too large, 1007 no UTF-8, 1002 not the protocol).
    ws.on('error', () => {})
    ws.on('message', (data, isBinary) => {
      socket.heardAt = clock.now()
      this.#received(id, ws, data, isBinary)
    })
    ws.on('close', () => this.#closed(id))
    this.#tell(ws, (gateway) => gateway.opened(id, origin))
  }

  send(id: SocketId, bytes: Uint8Array): void {
    const socket = this.#sockets.get(id)
    if (!socket || socket.ws.readyState !== socket.ws.OPEN) return
    const { stream } = socket
    const isFree = stream.writableLength === 0
    this.#counters.framesSent += 1
    this.#counters.bytesSent +=
      isFree && bytes.length >= LARGE_BYTES ? this.#large.write(stream, bytes) : this.#write(stream, bytes)
    if (stream.writableLength > MAX_UNSENT_BYTES) socket.ws.terminate()
  }

  close(id: SocketId, code: number, reason: string): void {
    this.#sockets.get(id)?.ws.close(code, reason)
  }

  heardAt(id: SocketId): number {
    return this.#sockets.get(id)?.heardAt ?? 0
  }

  /** A gateway on this host ends with its sockets. */
  survivors(): readonly Survivor[] {
    return []
  }

  afterTurn(callback: () => void): void {
    setImmediate(() => this.#guarded(undefined, callback))
  }

  /** The thread that writes may have to share its core with this one: it must not wait for a turn of long work. */
  whenCalm(callback: () => void): void {
    this.afterTurn(() => {
      const { batches } = this.#store
      if (batches !== undefined) void within(WRITTEN_WITHIN_MS, batches).then(() => this.afterTurn(callback))
      else callback()
    })
  }

  /** The gateway is gone, and with it what it knew of these clients: they have to come again. */
  closeAll(): void {
    this.#gateway = undefined
    for (const { ws } of this.#sockets.values()) ws.close(closeCodes.draining, 'restarting')
  }

  /** Resolves when no socket is open any more; cuts off whoever has not answered a close by then. */
  async emptied(withinMs: number): Promise<void> {
    if (this.#sockets.size === 0) return
    const timer = setTimeout(() => this.#terminateAll(), withinMs)
    await new Promise<void>((resolve) => {
      this.#whenEmpty = resolve
    })
    clearTimeout(timer)
  }

  #terminateAll(): void {
    for (const { ws } of this.#sockets.values()) ws.terminate()
  }

  #received(id: SocketId, ws: WebSocket, data: RawData, isBinary: boolean): void {
    this.#counters.framesReceived += 1
    if (isBinary) ws.close(closeCodes.malformed, 'frames are text')
    else this.#tell(ws, (gateway) => gateway.received(id, data.toString()))
  }

  #closed(id: SocketId): void {
    this.#sockets.delete(id)
    this.#counters.socketsOpen -= 1
    if (this.#sockets.size === 0) {
      clearInterval(this.#sweep)
      this.#sweep = undefined
      this.#whenEmpty()
    }
    this.#tell(undefined, (gateway) => gateway.closed(id))
  }

  /** A gateway that throws has a fault. One client must not bring down the others by finding it. */
  #tell(ws: WebSocket | undefined, event: (gateway: SocketEvents) => void): void {
    const gateway = this.#gateway
    if (gateway) this.#guarded(ws, () => event(gateway))
  }

  #guarded(ws: WebSocket | undefined, work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#log.error('a gateway failed on an event of a socket', { error })
      ws?.close(INTERNAL_ERROR, 'something went wrong here')
    }
  }

  #write(stream: Duplex, bytes: Uint8Array): number {
    const frame = this.#frame(bytes)
    stream.write(frame)
    return frame.length
  }

  #frame(bytes: Uint8Array): Buffer {
    const known = this.#framed.get(bytes)
    if (known) return known
    if (this.#framed.size === 0) setImmediate(() => this.#framed.clear())
    const frame = frameText(bytes)
    this.#framed.set(bytes, frame)
    return frame
  }
}

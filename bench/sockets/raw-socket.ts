import { randomBytes } from 'node:crypto'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ACKNOWLEDGE_EVERY_BYTES, PING_EVERY_MS } from '#protocol/limits.ts'
import { FrameReader } from './frame-reader.ts'
import { maskedFrame } from './frame-writer.ts'

/** All plain sockets read into it, one after another: nothing is allocated for what comes in. */
const SHARED = Buffer.alloc(64 * 1024)
const END_OF_HEADERS = Buffer.from('\r\n\r\n')

/**
 * A client socket that does as little as possible, so that one core drives a server on another: it finds the ends of
 * frames and counts bytes. Frames are given to `onFrame` where somebody wants to see them.
 */
export class RawSocket {
  static readonly #all = new Set<RawSocket>()
  static #signsOfLife: NodeJS.Timeout | undefined
  /** Payload of all text frames so far. */
  bytes = 0
  /** Whether it speaks as a client of Snug must: says now and then that it is there, and how much has arrived. */
  isClient = false
  readonly #stream: Socket
  readonly #opened = Promise.withResolvers<void>()
  readonly #reader = new FrameReader({
    text: (length, payload) => this.#frame(length, payload),
    closed: (code) => this.#lost(`closed with ${code}`),
  })
  #onFrame: ((payload: Buffer) => void) | undefined
  #state: 'opening' | 'open' | 'ended' = 'opening'
  #response = Buffer.alloc(0)
  #acknowledged = 0

  private constructor(url: URL) {
    const { hostname: host } = url
    const isPlain = url.protocol === 'ws:'
    const port = Number(url.port) || (isPlain ? 80 : 443)
    const onread = { buffer: SHARED, callback: (length: number) => this.#received(SHARED, length) }
    this.#stream = isPlain ? connectPlain({ host, port, onread }) : connectTls({ host, port, servername: host })
    this.#stream.setNoDelay(true)
    if (!isPlain) this.#stream.on('data', (chunk: Buffer) => this.#received(chunk, chunk.length))
    this.#stream.on('error', (error) => this.#lost(error.message))
    this.#stream.on('close', () => this.#lost('the connection ended'))
    const key = randomBytes(16).toString('base64')
    this.#stream.write(
      `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    )
  }

  static async open(url: string): Promise<RawSocket> {
    const socket = new RawSocket(new URL(url))
    RawSocket.#all.add(socket)
    RawSocket.#signsOfLife ??= setInterval(() => RawSocket.#showLife(), PING_EVERY_MS).unref()
    await socket.#opened.promise
    return socket
  }

  /** An acknowledgement is a sign of life too, and unlike a ping is not answered: byte totals stay comparable. */
  static #showLife(): void {
    for (const socket of RawSocket.#all) if (socket.isClient) socket.#acknowledge()
  }

  static endAll(): void {
    for (const socket of RawSocket.#all) socket.end()
  }

  get onFrame(): ((payload: Buffer) => void) | undefined {
    return this.#onFrame
  }

  /** Reads frames, or only counts them where nobody wants to see them. A payload is valid during the call. */
  set onFrame(see: ((payload: Buffer) => void) | undefined) {
    this.#onFrame = see
    this.#reader.isReading = see !== undefined
  }

  /** One frame each, in one write. */
  send(...texts: string[]): void {
    const [only] = texts
    if (this.#state === 'ended') return
    this.#stream.write(
      texts.length === 1 && only !== undefined ? maskedFrame(only) : Buffer.concat(texts.map(maskedFrame)),
    )
  }

  end(): void {
    RawSocket.#all.delete(this)
    this.#state = 'ended'
    this.#stream.destroy()
  }

  #received(chunk: Buffer, length: number): boolean {
    if (this.#state === 'open') this.#reader.take(chunk, 0, length)
    else if (this.#state === 'opening') this.#readResponse(Buffer.from(chunk.subarray(0, length)))
    return true
  }

  #readResponse(chunk: Buffer): void {
    this.#response = Buffer.concat([this.#response, chunk])
    const end = this.#response.indexOf(END_OF_HEADERS)
    if (end < 0) return
    const status = this.#response.toString('latin1', 9, 12)
    if (status !== '101') return this.#lost(`the socket was refused with ${status}`)
    this.#state = 'open'
    this.#opened.resolve()
    this.#reader.take(this.#response, end + END_OF_HEADERS.length, this.#response.length)
    this.#response = Buffer.alloc(0)
  }

  #frame(length: number, payload: Buffer | undefined): void {
    this.bytes += length
    if (payload) this.#onFrame?.(payload)
    if (this.isClient && this.bytes - this.#acknowledged >= ACKNOWLEDGE_EVERY_BYTES) this.#acknowledge()
  }

  #acknowledge(): void {
    this.#acknowledged = this.bytes
    this.send(`{"type":"acknowledge","bytes":${this.bytes}}`)
  }

  /** A server that hangs up on a bench makes its figures worthless: the process ends. */
  #lost(why: string): void {
    if (this.#state === 'ended') return
    const wasOpening = this.#state === 'opening'
    this.end()
    const error = new Error(`a socket of the bench was lost: ${why}`)
    if (!wasOpening) throw error
    this.#opened.reject(error)
  }
}

import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

const ONE = Buffer.alloc(1)
const MANY = Buffer.alloc(64 * 1024)
const BYTE_EVERY_MS = 1_000
/** Frames of a client are masked; by this key they stay what they are. */
const NO_MASK = Buffer.alloc(4)
const FINAL_TEXT = 0x81
const MASKED = 0x80
const LONGEST_SHORT = 125

/**
 * A client that follows its rooms and then takes one byte a second from the network. It finds what it waits for in what
 * goes by, whatever stands around it: in a string it would be escaped.
 */
export class DrippingReader {
  readonly #stream: Socket
  #isDripping = false
  #tail = ''
  #awaited: { readonly text: string; readonly found: () => void } | undefined
  readonly #lost: Promise<never>

  private constructor(url: URL) {
    const onread = {
      buffer: () => (this.#isDripping ? ONE : MANY),
      callback: (length: number, buffer: Uint8Array) => this.#take(Buffer.from(buffer.subarray(0, length))),
    }
    this.#stream = connect({ host: url.hostname, port: Number(url.port), onread })
    this.#lost = new Promise((_, reject) => this.#stream.once('close', () => reject(new Error('the connection ended'))))
    this.#lost.catch(() => {})
    this.#stream.on('error', () => {})
    this.#stream.write(
      `GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    )
  }

  static async follow(url: string, token: string): Promise<DrippingReader> {
    const reader = new DrippingReader(new URL(url))
    await reader.hears(' 101 ')
    await reader.#asks({ type: 'hello', versions: [1], client: 'tests' }, '"type":"welcome"')
    await reader.#asks({ type: 'authenticate', id: 0, token }, '"type":"session"')
    await reader.#asks({ type: 'sync', id: 1, rooms: [] }, '"last":"complete"')
    return reader
  }

  slowDown(): void {
    this.#isDripping = true
    const timer = setInterval(() => (this.#isDripping ? this.#stream.resume() : clearInterval(timer)), BYTE_EVERY_MS)
    timer.unref()
  }

  readOn(): void {
    this.#isDripping = false
    this.#stream.resume()
  }

  /** Resolves when a text has gone by. */
  hears(text: string): Promise<void> {
    const found = new Promise<void>((resolve) => {
      this.#awaited = { text, found: resolve }
    })
    return Promise.race([found, this.#lost])
  }

  close(): void {
    this.#stream.destroy()
  }

  async #asks(event: object, answer: string): Promise<void> {
    const answered = this.hears(answer)
    const payload = Buffer.from(JSON.stringify(event))
    const length = payload.length <= LONGEST_SHORT ? [payload.length] : [126, payload.length >> 8, payload.length & 255]
    const [first = 0, ...rest] = length
    this.#stream.write(Buffer.concat([Buffer.of(FINAL_TEXT, MASKED | first, ...rest), NO_MASK, payload]))
    await answered
  }

  /** False stops the reading until the next byte is due. */
  #take(bytes: Buffer): boolean {
    const text = this.#tail + bytes.toString('latin1')
    if (this.#awaited && text.includes(this.#awaited.text)) this.#awaited.found()
    this.#tail = text.slice(-(this.#awaited?.text.length ?? 0))
    return !this.#isDripping
  }
}

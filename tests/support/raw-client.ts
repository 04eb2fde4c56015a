import { WebSocket } from 'ws'
import { PONG_FRAME } from '#protocol/down/pong.ts'
import type { Down } from '#protocol/down.ts'
import { ACKNOWLEDGE_EVERY_BYTES, PING_EVERY_MS } from '#protocol/limits.ts'
import type { Up } from '#protocol/up.ts'

/** A client that says exactly what it is told to, and hears everything. */
export class RawClient {
  readonly heard: Down[] = []
  readonly closed: Promise<number>
  onEvent: (event: Down) => void = () => {}
  #bytes = 0
  #isKeeping = true
  #acknowledged: number | undefined
  readonly #socket: WebSocket
  readonly #waiting = new Set<(event: Down) => void>()

  private constructor(socket: WebSocket) {
    this.#socket = socket
    this.closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('message', (data: Buffer) => {
      const text = String(data)
      if (text !== PONG_FRAME) this.#acknowledge(data.length)
      const frame: Down | Down[] = JSON.parse(text)
      for (const event of Array.isArray(frame) ? frame : [frame]) this.#take(event)
    })
  }

  /** Connected and welcomed; nobody is logged in. */
  static async open(url: string): Promise<RawClient> {
    const client = await RawClient.connect(url)
    client.say({ type: 'hello', versions: [1], client: 'tests' })
    await client.hears('welcome')
    return client
  }

  /** Connected; nothing is said yet. */
  static async connect(url: string): Promise<RawClient> {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    const client = new RawClient(socket)
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    socket.on('error', () => {})
    return client
  }

  /** Connected and logged in. */
  static async enter(url: string, token: string): Promise<RawClient> {
    const client = await RawClient.open(url)
    client.say({ type: 'authenticate', id: 0, token })
    await client.hears('session')
    return client
  }

  say(event: Up): void {
    this.sendFrame(JSON.stringify(event))
  }

  /** Whatever it is. */
  sendFrame(frame: string | Uint8Array): void {
    this.#socket.send(frame)
  }

  /** The next event of a type that satisfies a condition. */
  hears<Type extends Down['type']>(
    type: Type,
    holds: (event: Extract<Down, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<Down, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const look = (event: Down) => {
        if (!isOfType(event, type) || !holds(event)) return
        this.#waiting.delete(look)
        resolve(event)
      }
      this.#waiting.add(look)
      void this.closed.then((code) => reject(new Error(`closed with ${code} while waiting for ${type}`)))
    })
  }

  /** Says something and resolves with the first event that comes back, of any type but those pushed. */
  async asks(event: Up): Promise<Down> {
    const answered = new Promise<Down>((resolve, reject) => {
      const look = (heard: Down) => {
        if (heard.type === 'delivery' || heard.type === 'inbox' || heard.type === 'heads' || heard.type === 'read')
          return
        this.#waiting.delete(look)
        resolve(heard)
      }
      this.#waiting.add(look)
      void this.closed.then((code) => reject(new Error(`closed with ${code} while waiting for an answer`)))
    })
    this.say(event)
    return answered
  }

  /**
   * Tells from here on how much has come, and that it is there, as clients do; one that does not is left behind after
   * 1 MiB, and taken for dead.
   */
  acknowledges(): this {
    const timer = setInterval(() => this.say({ type: 'ping' }), PING_EVERY_MS).unref()
    void this.closed.then(() => clearInterval(timer))
    this.#acknowledged = this.#bytes
    this.say({ type: 'acknowledge', bytes: this.#bytes })
    return this
  }

  /** From here on `heard` stays as it is. */
  keepsNothing(): this {
    this.#isKeeping = false
    return this
  }

  /** Takes nothing more from the network, and stays. */
  stopReading(): void {
    this.#socket.pause()
  }

  readOn(): void {
    this.#socket.resume()
  }

  close(): void {
    this.#socket.terminate()
  }

  #acknowledge(bytes: number): void {
    this.#bytes += bytes
    if (this.#acknowledged === undefined || this.#bytes - this.#acknowledged < ACKNOWLEDGE_EVERY_BYTES) return
    this.#acknowledged = this.#bytes
    this.say({ type: 'acknowledge', bytes: this.#bytes })
  }

  #take(event: Down): void {
    if (this.#isKeeping) this.heard.push(event)
    this.onEvent(event)
    for (const look of [...this.#waiting]) look(event)
  }
}

function isOfType<Type extends Down['type']>(event: Down, type: Type): event is Extract<Down, { type: Type }> {
  return event.type === type
}

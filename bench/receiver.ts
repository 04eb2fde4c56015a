import { WebSocket } from 'ws'
import { ACKNOWLEDGE_EVERY_BYTES } from '#protocol/limits.ts'

/** One client socket of a bench: counts bytes, and acknowledges them where the server wants that. */
export class Receiver {
  readonly socket: WebSocket
  bytes = 0
  onFrame: ((text: string) => void) | undefined
  readonly #acknowledges: boolean
  #acknowledged = 0

  private constructor(socket: WebSocket, acknowledges: boolean) {
    this.socket = socket
    this.#acknowledges = acknowledges
    socket.on('message', (data: Buffer) => this.#received(data))
  }

  static open(url: string, acknowledges: boolean): Promise<Receiver> {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    const receiver = new Receiver(socket, acknowledges)
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(receiver))
      socket.once('error', reject)
    })
  }

  /** Sends an event and resolves with the first frame that satisfies `until`. */
  ask(event: object, until: (text: string) => boolean): Promise<string> {
    return new Promise((resolve) => {
      this.onFrame = (text) => {
        if (!until(text)) return
        this.onFrame = undefined
        resolve(text)
      }
      this.send(event)
    })
  }

  send(event: object): void {
    this.socket.send(JSON.stringify(event))
  }

  #received(data: Buffer): void {
    this.bytes += data.length
    this.onFrame?.(data.toString('utf8'))
    if (this.#acknowledges && this.bytes - this.#acknowledged >= ACKNOWLEDGE_EVERY_BYTES) {
      this.#acknowledged = this.bytes
      this.send({ type: 'acknowledge', bytes: this.bytes })
    }
  }
}

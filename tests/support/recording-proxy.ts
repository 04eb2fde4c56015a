import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A proxy that notes who is asked for and connects nobody. A browser behind it reaches this machine without it
 * (Chromium never uses a proxy for loopback addresses), so that only what leaves the machine comes here.
 */
export class RecordingProxy {
  readonly asked: string[] = []
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => {
      this.asked.push(request.url ?? '')
      response.end('nobody is here')
    })
    this.#server.on('connect', (request, socket) => {
      this.asked.push(request.url ?? '')
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    })
  }

  static async start(): Promise<RecordingProxy> {
    const proxy = new RecordingProxy()
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  /** The flag that puts Chromium behind it. */
  get flag(): string {
    return `--proxy-server=http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

const REQUEST = /^([A-Z]+) ([^\s?]+)\S* HTTP\/1\.1\r$/gm

/** A way to a server on this machine, on which every request is noted, as `GET /path`. */
export class Overheard {
  readonly asked: string[] = []
  /** Where the server is reached instead. */
  readonly origin: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async before(origin: string): Promise<Overheard> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const overheard = new Overheard(server)
    server.on('connection', (client) => overheard.#pass(client, connect(Number(new URL(origin).port), '127.0.0.1')))
    return overheard
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #pass(client: Socket, server: Socket): void {
    client.on('data', (bytes) => {
      for (const [, method, path] of bytes.toString('latin1').matchAll(REQUEST)) this.asked.push(`${method} ${path}`)
    })
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from)
      from.on('error', () => to.destroy())
      from.pipe(to)
    }
  }
}

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Takes bytes from each end to the other, for one connection. */
export type Carry = (client: Socket, server: Socket) => void

/** A way of one's own to a server on this machine. */
export class Way {
  /** Where the server is reached by it, such as http://127.0.0.1:40123 */
  readonly origin: string
  readonly #server: Server
  readonly #carry: Carry
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server, carry: Carry) {
    this.#server = server
    this.#carry = carry
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async to(origin: string, carry: Carry): Promise<Way> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const way = new Way(server, carry)
    server.on('connection', (client) => way.#join(client, connect(Number(new URL(origin).port), '127.0.0.1')))
    return way
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(client: Socket, server: Socket): void {
    this.#carry(client, server)
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
    }
  }
}

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** An address of the documentation range: nobody's. */
const ELSEWHERE = '198.51.100.7'

/** A front on this machine through which people reach a host over plain http as if they came from elsewhere. */
export class Front {
  /** Such as http://127.0.0.1:40123 */
  readonly origin: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async before(host: string): Promise<Front> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const front = new Front(server)
    server.on('connection', (client) => front.#pass(client, connect(Number(new URL(host).port), '127.0.0.1')))
    return front
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** The first request of a connection gets the header: for a WebSocket that is the one that matters. */
  #pass(client: Socket, host: Socket): void {
    client.once('data', (head) => {
      const lineEnds = head.indexOf('\r\n') + 2
      host.write(head.subarray(0, lineEnds))
      host.write(`X-Forwarded-For: ${ELSEWHERE}\r\n`)
      host.write(head.subarray(lineEnds))
      client.pipe(host)
    })
    host.pipe(client)
    for (const [socket, other] of [
      [client, host],
      [host, client],
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

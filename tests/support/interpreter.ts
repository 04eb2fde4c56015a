import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import WebSocket, { WebSocketServer } from 'ws'

/** Stands between clients and a host of now, and makes of what the host says what a host of another day would say. */
export class Interpreter {
  /** The types of what clients have said, in order. */
  readonly said: string[] = []
  connections = 0
  readonly #server = new WebSocketServer({ port: 0, host: '127.0.0.1' })

  /** What the client says becomes what it makes of it. */
  rewrite: (event: object) => object = (event) => event

  private constructor(hostUrl: string, interpret: (event: object) => object[]) {
    this.#server.on('connection', (client, { url }) => {
      this.connections++
      const host = new WebSocket(`${hostUrl.replace('http', 'ws')}${url}`)
      const opened = once(host, 'open')
      let bytes = 0
      client.on('message', async (data) => {
        const events = eventsOf(String(data))
        this.said.push(...events.map(({ type }) => type))
        await opened
        // The client acknowledges what was made of it, and has got no more than the host has said.
        host.send(JSON.stringify(events.map((event) => ('bytes' in event ? { ...event, bytes } : this.rewrite(event)))))
      })
      host.on('message', (data) => {
        bytes += String(data).length
        client.send(JSON.stringify(eventsOf(String(data)).flatMap(interpret)))
      })
      client.on('close', () => host.close())
      host.on('close', () => client.close())
    })
  }

  /** Each event of the host becomes those that `interpret` makes of it. */
  static async before(hostUrl: string, interpret: (event: object) => object[]): Promise<Interpreter> {
    const interpreter = new Interpreter(hostUrl, interpret)
    await once(interpreter.#server, 'listening')
    return interpreter
  }

  /** Such as http://127.0.0.1:40123 */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    for (const client of this.#server.clients) client.terminate()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

function eventsOf(frame: string): { type: string; bytes?: number }[] {
  const json = JSON.parse(frame)
  return Array.isArray(json) ? json : [json]
}

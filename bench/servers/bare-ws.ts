import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RawSocket } from '../sockets/raw-socket.ts'
import { type Address, type Member, type Seen, type Server, TEXT } from './server.ts'
import { ServerProcess } from './server-process.ts'

const PROGRAM = fileURLToPath(new URL('bare-ws-program.ts', import.meta.url))

/** Nothing but sockets: rooms are URLs, members are names, nobody logs in. */
export class BareWs implements Server {
  readonly name: 'bare-ws' | 'bare-ws-sync'
  readonly messageMark = Buffer.from('"type":"message"')
  readonly address: Address
  readonly pid: number | undefined
  readonly stop: () => Promise<void>
  #rooms = 0

  private constructor(name: BareWs['name'], url: string, pid: number | undefined, stop: () => Promise<void>) {
    this.name = name
    this.address = { name, url }
    this.pid = pid
    this.stop = stop
  }

  static async start(name: BareWs['name']): Promise<BareWs> {
    const folder = await mkdtemp(join(tmpdir(), 'snug-bench-'))
    const args = name === 'bare-ws' ? [PROGRAM] : [PROGRAM, join(folder, 'log')]
    const server = await ServerProcess.start<number>(args, (line) => JSON.parse(line).port)
    return new BareWs(name, `ws://127.0.0.1:${server.ready}`, server.pid, async () => {
      await server.stop()
      await rm(folder, { recursive: true })
    })
  }

  /** One that runs already. */
  static at(name: BareWs['name'], url: string): BareWs {
    return new BareWs(name, url, undefined, async () => {})
  }

  messagesOf(frame: string): Seen[] {
    const { by, n } = JSON.parse(frame)
    return [{ by, n }]
  }

  async gather(rooms: number, members: number): Promise<Member[][]> {
    const gathered: Member[][] = []
    for (let r = 0; r < rooms; r++) {
      const room: Member[] = []
      const path = `/room-${++this.#rooms}`
      for (let m = 0; m < members; m++) room.push(new BareMember(`m${m}`, await this.#open(path)))
      gathered.push(room)
    }
    return gathered
  }

  async expect(): Promise<() => Promise<RawSocket>> {
    return () => this.#open('/')
  }

  async visitor(): Promise<() => Promise<RawSocket>> {
    return () => this.#open('/')
  }

  async history(): Promise<(anchor: number) => Promise<void>> {
    const socket = await this.#open('/')
    return (anchor) =>
      new Promise((resolve) => {
        socket.onFrame = (payload) => {
          JSON.parse(payload.toString())
          resolve()
        }
        socket.send(JSON.stringify({ type: 'history', anchor }))
      })
  }

  #open(path: string): Promise<RawSocket> {
    return RawSocket.open(`${this.address.url}${path}`)
  }
}

class BareMember implements Member {
  readonly name: string
  readonly socket: RawSocket
  readonly confirmation: Buffer
  #n = 0

  constructor(name: string, socket: RawSocket) {
    this.name = name
    this.socket = socket
    this.confirmation = Buffer.from(`"by":"${name}"`)
  }

  post(count: number): void {
    const texts = Array.from({ length: count }, () => JSON.stringify({ by: this.name, n: ++this.#n, text: TEXT }))
    this.socket.send(...texts)
  }
}

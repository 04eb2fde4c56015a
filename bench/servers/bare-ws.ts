import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RawSocket } from '../sockets/raw-socket.ts'
import { type Member, type Seen, type Server, TEXT } from './server.ts'
import { ServerProcess } from './server-process.ts'

const PROGRAM = fileURLToPath(new URL('bare-ws-program.ts', import.meta.url))

/** Nothing but sockets: rooms are URLs, members are names, nobody logs in. */
export class BareWs implements Server {
  readonly name: 'bare-ws' | 'bare-ws-sync'
  readonly messageMark = Buffer.from('"type":"message"')
  readonly #process: ServerProcess<number>
  readonly #folder: string
  #rooms = 0

  private constructor(name: BareWs['name'], server: ServerProcess<number>, folder: string) {
    this.name = name
    this.#process = server
    this.#folder = folder
  }

  static async start(name: BareWs['name']): Promise<BareWs> {
    const folder = await mkdtemp(join(tmpdir(), 'snug-bench-'))
    const args = name === 'bare-ws' ? [PROGRAM] : [PROGRAM, join(folder, 'log')]
    return new BareWs(name, await ServerProcess.start<number>(args, (line) => JSON.parse(line).port), folder)
  }

  get pid(): number {
    return this.#process.pid
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

  async stop(): Promise<void> {
    await this.#process.stop()
    await rm(this.#folder, { recursive: true })
  }

  #open(path: string): Promise<RawSocket> {
    return RawSocket.open(`ws://127.0.0.1:${this.#process.ready}${path}`)
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

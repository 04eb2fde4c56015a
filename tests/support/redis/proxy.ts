import { connect, createServer, type Server, type Socket } from 'node:net'
import { isCommon } from './common-commands.ts'
import { partsOf, RespReader } from './resp.ts'

/**
 * What becomes of a command: it goes on (changed, perhaps), or is answered here, as is said or in place of the server's
 * answer. `answered`: the server's answer is here, and has not gone on.
 */
export type Fate =
  | { readonly pass: Buffer; readonly answered?: () => void }
  /** It never reaches the server. */
  | { readonly answer: string }
  /** It reaches the server, whose answer is thrown away. */
  | { readonly pass: Buffer; readonly answer: string }

export type Judge = (parts: readonly Buffer[], command: Buffer) => Fate

const passAll: Judge = (_parts, command) => ({ pass: command })

/** Stands between a host and its store, and breaks what may break on the way. Refuses what not every store understands. */
export class RedisProxy {
  /** Commands that not every store understands. */
  readonly uncommon: string[] = []
  judge: Judge = passAll
  /** Answers of the server are thrown away, though it has carried out what they answer. */
  losesAnswers = false
  readonly #server: Server
  readonly #target: readonly [port: number, host: string]
  readonly #ways = new Set<Way>()
  #isFrozen = false

  private constructor(port: number, host: string) {
    this.#target = [port, host]
    this.#server = createServer((client) => this.#join(client))
  }

  static async start(port: number, host = '127.0.0.1'): Promise<RedisProxy> {
    const proxy = new RedisProxy(port, host)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** From here on nothing moves, as if the host was stopped: what it has sent arrives when it goes on. */
  freeze(): void {
    this.#isFrozen = true
  }

  thaw(): void {
    this.#isFrozen = false
    for (const way of this.#ways) way.flush()
  }

  cut(): void {
    for (const way of this.#ways) way.end()
  }

  /** On the connections there are nothing moves ever more; new ones are well. */
  stall(): void {
    for (const way of this.#ways) way.stall()
  }

  async stop(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(client: Socket): void {
    const way: Way = new Way(client, connect(...this.#target), {
      judge: (parts, command) => this.#judge(parts, command),
      isFrozen: () => this.#isFrozen,
      losesAnswers: () => this.losesAnswers,
      onEnd: () => this.#ways.delete(way),
    })
    this.#ways.add(way)
  }

  #judge(parts: readonly Buffer[], command: Buffer): Fate {
    if (isCommon(parts)) return this.judge(parts, command)
    this.uncommon.push(parts.map((part) => part.toString('latin1', 0, 32)).join(' '))
    return { answer: '-ERR this is not a command that every store has\r\n' }
  }
}

type Rules = {
  readonly judge: Judge
  readonly isFrozen: () => boolean
  readonly losesAnswers: () => boolean
  readonly onEnd: () => unknown
}

/** One connection through the proxy. Answers keep the order of the commands, wherever they come from. */
class Way {
  readonly #client: Socket
  readonly #server: Socket
  readonly #rules: Rules
  /** Of each command on its way: what becomes of its answer, and whether the server answers at all. */
  readonly #expected: { answer?: string; answered?: (() => void) | undefined; fromServer: boolean }[] = []
  readonly #commands: Buffer[] = []
  readonly #answers: Buffer[] = []
  /** The server has ended the connection. A host that is stopped hears of it when it goes on. */
  #isCutOff = false
  #isStalled = false

  constructor(client: Socket, server: Socket, rules: Rules) {
    this.#client = client
    this.#server = server
    this.#rules = rules
    const [commands, answers] = [new RespReader(), new RespReader()]
    client.on('data', (chunk) => {
      this.#commands.push(...commands.take(chunk))
      this.flush()
    })
    server.on('data', (chunk) => {
      this.#answers.push(...answers.take(chunk))
      this.flush()
    })
    for (const socket of [client, server]) {
      // Pieces of a pipeline would wait for each other here, 40 ms for each.
      socket.setNoDelay()
      socket.on('error', () => {})
    }
    client.on('close', () => this.end())
    server.on('close', () => {
      this.#isCutOff = true
      this.flush()
    })
  }

  flush(): void {
    while (!this.#isStill) {
      const command = this.#commands.shift()
      if (!command) break
      this.#forward(command)
    }
    while (!this.#isStill && this.#answers.length > 0) this.#answer()
    if (!this.#isStill && this.#isCutOff) this.end()
  }

  stall(): void {
    this.#isStalled = true
  }

  end(): void {
    this.#client.destroy()
    this.#server.destroy()
    this.#rules.onEnd()
  }

  get #isStill(): boolean {
    return this.#isStalled || this.#rules.isFrozen()
  }

  #forward(command: Buffer): void {
    const fate = this.#rules.judge(partsOf(command), command)
    if (this.#isStill) return void this.#commands.unshift(command)
    this.#expected.push({ ...fate, fromServer: 'pass' in fate })
    if ('pass' in fate) this.#server.write(fate.pass)
    else this.#sayOwn()
  }

  #answer(): void {
    const [first] = this.#expected
    const answered = first?.answered
    if (answered) {
      first.answered = undefined
      answered()
      if (this.#isStill) return
    }
    const answer = this.#answers.shift()
    const expected = this.#expected.shift()
    if (answer && !this.#rules.losesAnswers()) this.#client.write(expected?.answer ?? answer)
    this.#sayOwn()
  }

  /** What the server is not asked is answered when what was asked before has been. */
  #sayOwn(): void {
    while (this.#expected[0] && !this.#expected[0].fromServer) {
      const { answer = '' } = this.#expected.shift() ?? {}
      if (!this.#rules.losesAnswers()) this.#client.write(answer)
    }
  }
}

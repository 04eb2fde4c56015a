import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ServerProcess } from './server-process.ts'

const run = promisify(execFile)

const WARM_UP_SETS = 1_600

/** A Redis of its own on the core of the servers, that has synced what it acknowledges. */
export class RedisProcess {
  readonly #port: number
  readonly #folder: string
  readonly #server: ServerProcess<true>

  private constructor(port: number, folder: string, server: ServerProcess<true>) {
    this.#port = port
    this.#folder = folder
    this.#server = server
  }

  static async start(): Promise<RedisProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'snug-bench-'))
    const port = await freePort()
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '']
    const isReady = (line: string) => line.includes('Ready to accept connections') || undefined
    const server = await ServerProcess.startProgram(['redis-server', ...place, ...durable], isReady)
    return new RedisProcess(port, folder, server)
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`
  }

  /** What redis-benchmark comes to in about so many seconds, on one connection. */
  async setsPerSecond(seconds: number, bytes: number, outstanding: number): Promise<number> {
    const perSecond = await this.#set(WARM_UP_SETS, bytes, outstanding)
    return this.#set(Math.ceil(perSecond * seconds), bytes, outstanding)
  }

  async stop(): Promise<void> {
    await this.#server.stop()
    await rm(this.#folder, { recursive: true })
  }

  async #set(count: number, bytes: number, outstanding: number): Promise<number> {
    const settings = { '-p': this.#port, '-c': 1, '-P': outstanding, '-t': 'set', '-d': bytes, '-n': count }
    const args = Object.entries(settings).flatMap(([name, value]) => [name, String(value)])
    const { stdout } = await run('redis-benchmark', [...args, '--csv'])
    const perSecond = Number(/^"SET","([\d.]+)"/m.exec(stdout)?.[1])
    if (!(perSecond > 0)) throw new Error(`redis-benchmark said ${stdout}`)
    return perSecond
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

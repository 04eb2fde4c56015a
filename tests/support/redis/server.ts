import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { LEASE_KEY } from '#node-host/redis/layout.ts'
import { GIVEN_REDIS } from '../environment.ts'
import { freePort } from '../free-port.ts'
import type { SmallDisk } from '../small-disk.ts'

/** A Redis of its own, on a free port, that has synced what it acknowledges. */
export class RedisServer {
  readonly host = '127.0.0.1'
  readonly port: number
  readonly folder: string
  readonly #extra: readonly string[]
  readonly #under: readonly string[]
  #child: ChildProcess | undefined

  private constructor(folder: string, port: number, extra: readonly string[], under: readonly string[] = []) {
    this.folder = folder
    this.port = port
    this.#extra = extra
    this.#under = under
  }

  static async start(...extra: string[]): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'snug-redis-'))
    const server = new RedisServer(folder, await freePort(), extra)
    await server.up()
    return server
  }

  static async startOn({ folder, under }: Pick<SmallDisk, 'folder' | 'under'>): Promise<RedisServer> {
    const server = new RedisServer(folder, await freePort(), [], under)
    await server.up()
    return server
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  get pid(): number {
    if (!this.#child?.pid) throw new Error('Redis does not run')
    return this.#child.pid
  }

  async up(): Promise<void> {
    const settings = {
      port: this.port,
      bind: '127.0.0.1',
      dir: this.folder,
      appendonly: 'yes',
      appendfsync: 'always',
      save: '',
    }
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
    const [program = '', ...rest] = [...this.#under, 'redis-server', ...args, ...this.#extra]
    this.#child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
    const { stdout } = this.#child
    await new Promise<void>((resolve, reject) => {
      stdout?.on('data', (chunk) => String(chunk).includes('Ready to accept connections') && resolve())
      this.#child?.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
    })
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<void> {
    const child = this.#child
    if (child?.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  empty(): Promise<void> {
    return emptyAt(this.url)
  }

  forgetLease(): Promise<void> {
    return forgetLeaseAt(this.url)
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true })
  }
}

/** One that runs already, such as a Pika, and is not ours to stop. */
class GivenRedis {
  readonly host: string
  readonly port: number
  readonly url: string

  constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.url = url
    this.host = hostname
    this.port = Number(port)
  }

  empty(): Promise<void> {
    return emptyAt(this.url)
  }

  forgetLease(): Promise<void> {
    return forgetLeaseAt(this.url)
  }

  async stop(): Promise<void> {}
}

export type AnyRedis = RedisServer | GivenRedis

const GIVEN = process.env[GIVEN_REDIS]

/** For the titles of tests. */
export const REDIS_NAME = GIVEN === undefined ? 'Redis' : `the store of ${GIVEN_REDIS}`

/**
 * The store of whoever runs the tests, emptied, or a Redis of our own: for all tests that do not end the server, fill it,
 * or change its settings.
 */
export async function openRedis(given = GIVEN): Promise<AnyRedis> {
  if (given === undefined) return RedisServer.start()
  const redis = new GivenRedis(given)
  await redis.empty()
  return redis
}

/** As if the host that uses it had said nothing for long. */
async function forgetLeaseAt(url: string): Promise<void> {
  const client = new Redis(url, { protocol: 2 })
  await client.del(LEASE_KEY)
  client.disconnect()
}

async function emptyAt(url: string): Promise<void> {
  const client = new Redis(url, { protocol: 2 })
  await client.flushall()
  client.disconnect()
}

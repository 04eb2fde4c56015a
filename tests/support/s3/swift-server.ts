import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { vi } from 'vitest'
import { swiftPackages } from '../../launch/swift.mjs'
import { freePort } from '../free-port.ts'
import { type Ports, ROLES, swiftSettings } from './swift-settings.ts'

const PROGRAM = fileURLToPath(new URL('serve-swift.py', import.meta.url))
/** The one that Debian's packages are for, whatever else is in PATH. */
const PYTHON = '/usr/bin/python3'
const KEY = 'test:tester'
export const SECRET = 'a-secret-of-the-tests'
const READY_WITHIN_MS = 60_000

/** A real S3 server of its own, on free ports: OpenStack Swift. */
export class SwiftServer {
  readonly origin: string
  readonly #folder: string
  readonly #ports: Ports
  /** When it ends, all that it has forked do. */
  #child: ChildProcess | undefined

  private constructor(folder: string, ports: Ports) {
    this.#folder = folder
    this.#ports = ports
    process.once('exit', () => this.#child?.kill('SIGKILL'))
    this.origin = `http://127.0.0.1:${ports.proxy}`
  }

  static async start(): Promise<SwiftServer> {
    const folder = await mkdtemp(join(tmpdir(), 'snug-swift-'))
    const free = await Promise.all(ROLES.map(async (role) => [role, await freePort()] as const))
    const ports = Object.fromEntries(free) as Ports
    await mkdir(join(folder, 'disks', 'disk'), { recursive: true })
    const settings = swiftSettings({ folder, ports, key: KEY, secret: SECRET })
    for (const [name, text] of Object.entries(settings)) await writeFile(join(folder, name), text)
    await promisify(execFile)(PYTHON, [PROGRAM, 'rings', folder], { env: environment() })
    const server = new SwiftServer(folder, ports)
    await server.up()
    return server
  }

  /** As `--s3-url` takes it. */
  urlOf(bucket: string): string {
    return `${this.origin.replace('//', `//${encodeURIComponent(KEY)}:${SECRET}@`)}/${bucket}`
  }

  async up(): Promise<void> {
    const log = await open(join(this.#folder, 'log'), 'a')
    this.#child = spawn(PYTHON, [PROGRAM, 'serve', this.#folder], {
      stdio: ['ignore', log.fd, log.fd],
      env: environment(),
    })
    await log.close()
    await vi.waitFor(() => this.#look(), { timeout: READY_WITHIN_MS })
  }

  async #look(): Promise<void> {
    if (this.#child?.exitCode !== null || !(await this.#answers()).every(Boolean))
      throw new Error(`Swift does not serve:\n${await readFile(join(this.#folder, 'log'), 'utf8')}`)
  }

  /** Of each of its servers, whether it does. */
  #answers(): Promise<boolean[]> {
    return Promise.all(Object.values(this.#ports).map(isOpen))
  }

  async down(): Promise<void> {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
    while ((await this.#answers()).some(Boolean));
  }

  async stop(): Promise<void> {
    await this.down()
    await rm(this.#folder, { recursive: true })
  }
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONPATH: swiftPackages(), PYTHONDONTWRITEBYTECODE: '1' }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket
      .once('error', () => resolve(false))
      .once('connect', () => {
        socket.destroy()
        resolve(true)
      })
  })
}

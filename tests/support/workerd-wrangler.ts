import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from './workerd.ts'

const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')

/** It would ask for newer versions and a trace of the network, report itself, and wait for keys. */
const SILENT = {
  CI: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_SEND_METRICS: 'false',
  X_LOCAL_EXPLORER: 'false',
  X_LOCAL_OBSERVABILITY: 'false',
}

/** `wrangler dev` in a process of its own, on a free port, with a folder of its own for all it keeps. */
export class WranglerDev {
  /** What it said, over all restarts, line by line. */
  readonly logs: string[] = []
  readonly #folder: string
  readonly #args: readonly string[]
  #child: ChildProcess | undefined
  #url = ''

  private constructor(folder: string, args: readonly string[]) {
    this.#folder = folder
    this.#args = args
    process.once('exit', () => this.#kill())
  }

  /** Starts it and waits until it answers. Rejects with what it said where it ends instead. */
  static async start(args: readonly string[]): Promise<WranglerDev> {
    const wrangler = new WranglerDev(await mkdtemp(join(tmpdir(), 'snug-wrangler-')), args)
    await wrangler.#launch()
    return wrangler
  }

  async url(): Promise<string> {
    return this.#url
  }

  /** Kills wrangler and workerd, with no time to tidy up, and starts them again on the same data. */
  async restart(): Promise<void> {
    await this.#end()
    await this.#launch()
  }

  async dispose(): Promise<void> {
    await this.#end()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #launch(): Promise<void> {
    const home = join(this.#folder, 'home')
    const options = ['--ip', '127.0.0.1', '--port', '0', '--inspector-port', '0']
    const args = [WRANGLER, 'dev', ...options, '--persist-to', join(this.#folder, 'state'), ...this.#args]
    this.#child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...SILENT, HOME: home, XDG_CONFIG_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: workerd is a grandchild, and has to end with it.
      detached: true,
    })
    this.#url = await this.#ready(this.#child)
    await fetch(`${this.#url}/healthz`)
  }

  async #ready(child: ChildProcess): Promise<string> {
    const ready = Promise.withResolvers<string>()
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        this.logs.push(line)
        const url = /Ready on (http:\S+)/.exec(line)?.[1]
        if (url !== undefined) ready.resolve(url)
      })
    }
    child.once('close', () => ready.reject(new Error(`wrangler dev ended: ${this.logs.join('\n')}`)))
    return ready.promise
  }

  async #end(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    this.#kill()
    await closed
  }

  #kill(): void {
    if (this.#child?.pid === undefined) return
    try {
      process.kill(-this.#child.pid, 'SIGKILL')
    } catch {
      // It has ended already.
    }
  }
}

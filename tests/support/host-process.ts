import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startCommand } from '#node-host/launch/start-command.mjs'
import { environment } from './environment.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export type LogLine = { readonly msg: string; readonly level: number } & Readonly<Record<string, unknown>>
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export type HostOptions = {
  /** The program that starts the host, from the root of the project, where it is not node-host. */
  readonly launcher?: string
  /** What starts node-host by itself, with a Node of its own: the start script of a release. */
  readonly script?: string
  /** Flags besides the port and the data folder. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** A command that runs Node and what follows, such as strace with its parameters. */
  readonly under?: readonly string[]
  /** An existing folder, which stays when the host is disposed of. */
  readonly data?: string
}

/** A host in processes of its own, on a free port, with a data folder of its own. */
export class HostProcess {
  /** Everything it has logged, over all restarts. */
  readonly logs: LogLine[] = []
  /** What it wrote to its error stream. */
  errors = ''
  readonly data: string
  readonly #options: HostOptions
  readonly #temporary: string | undefined
  #child: ChildProcess | undefined
  #exited: Promise<Exit> = Promise.resolve({ code: null, signal: null })
  #url = ''
  #invitation: string | undefined
  readonly #onExit = () => this.#child && signalGroup(this.#child, 'SIGKILL')

  private constructor(options: HostOptions, data: string, temporary: string | undefined) {
    this.#options = options
    this.data = data
    this.#temporary = temporary
    process.once('exit', this.#onExit)
  }

  /** Starts a host and waits until it is ready. Rejects with what it said where it ends instead. */
  static async start(options: HostOptions = {}): Promise<HostProcess> {
    const temporary = options.data === undefined ? await mkdtemp(join(tmpdir(), 'snug-host-')) : undefined
    const host = new HostProcess(options, options.data ?? join(String(temporary), 'data'), temporary)
    try {
      await host.#launch(0)
      return host
    } catch (error) {
      await host.dispose()
      throw error
    }
  }

  /** Where it serves, such as http://127.0.0.1:40123. The same after a restart. */
  get url(): string {
    return this.#url
  }

  get socketUrl(): string {
    return `${this.#url.replace('http', 'ws')}/ws`
  }

  /** The page on which the first user becomes the owner, while there is none. */
  get invitation(): string | undefined {
    return this.#invitation
  }

  get pid(): number {
    return this.#child?.pid ?? raise('the host does not run')
  }

  /** The processes in which it runs; the last one holds the actors. */
  async pids(): Promise<number[]> {
    return this.#options.launcher === undefined ? [this.pid] : [this.pid, await this.tracedPid()]
  }

  /** Where it runs under a tracer, which takes no signals itself, or under a launcher: the host below it. */
  async tracedPid(): Promise<number> {
    return Number(await readFile(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8'))
  }

  /** Resolves when the process that runs now has ended. */
  get exited(): Promise<Exit> {
    return this.#exited
  }

  async kill(signal: NodeJS.Signals): Promise<Exit> {
    if (this.#child) signalGroup(this.#child, signal)
    return this.#exited
  }

  /** Starts it again after it has ended, on the same port and the same data. */
  async restart(): Promise<void> {
    await this.#exited
    await isFree(this.#url)
    await this.#launch(Number(new URL(this.#url).port))
  }

  /** Ends it, and removes its data unless the folder was given. */
  async dispose(): Promise<void> {
    await this.kill('SIGKILL')
    process.off('exit', this.#onExit)
    if (this.#temporary !== undefined) await rm(this.#temporary, { recursive: true, force: true })
  }

  async #launch(port: number): Promise<void> {
    const { args = [], env = {}, launcher, script, under = [] } = this.#options
    const host = script === undefined ? [process.execPath, ...programOf(launcher)] : [script]
    const [command = '', ...rest] = [...under, ...host, '--port', String(port), '--data', this.data, ...args]
    const child = spawn(command, rest, {
      env: { ...environment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of their own: what a launcher starts has to end with it.
      detached: launcher !== undefined,
    })
    this.#child = child
    this.#exited = new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve({ code, signal }))
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      this.errors += text
    })
    await this.#ready(child)
  }

  async #ready(child: ChildProcess): Promise<void> {
    const ready = Promise.withResolvers<LogLine>()
    createInterface({ input: child.stdout ?? raise('no output') }).on('line', (line) => {
      const entry: LogLine = JSON.parse(line)
      this.logs.push(entry)
      if (entry.msg === 'ready') ready.resolve(entry)
    })
    const ended = this.#exited.then(({ code }) => raise(`the host ended with code ${code}: ${this.errors.trim()}`))
    const { urls, invitationIn } = await Promise.race([ready.promise, ended])
    ended.catch(() => {})
    this.#url = Array.isArray(urls) ? String(urls[0]) : raise('the host named no URL')
    this.#invitation = typeof invitationIn === 'string' ? (await readFile(invitationIn, 'utf8')).trim() : undefined
  }
}

/** What Node is to run: flags, and the program. */
function programOf(launcher: string | undefined): string[] {
  if (launcher !== undefined) return [join(ROOT, launcher)]
  const { flags, program } = startCommand()
  if (!existsSync(program)) throw new Error(`${program} is missing: npm run build`)
  return [...flags, program]
}

function raise(message: string): never {
  throw new Error(message)
}

/** To a process, and where it leads a group to all of that. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    child.kill(signal)
  }
}

/** Resolves when nobody answers at an address any more: what a launcher started may end a moment after it. */
async function isFree(url: string): Promise<void> {
  let answers = true
  while (answers) answers = await fetch(url).then(always, never)
}

const always = () => true
const never = () => false

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const TICKS_PER_SECOND = 100

/** A server under measurement, alone on the first core. */
export class ServerProcess {
  readonly port: number
  readonly said: readonly string[]
  readonly #child: ChildProcess
  readonly #folder: string

  private constructor(child: ChildProcess, folder: string, port: number, said: readonly string[]) {
    this.#child = child
    this.#folder = folder
    this.port = port
    this.said = said
  }

  /** Starts it in a folder of its own; `portOf` finds the port in a line that it prints. */
  static async start(args: readonly string[], portOf: (line: string) => number | undefined): Promise<ServerProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'snug-bench-'))
    const command = ['taskset', '-c', '0', process.execPath, ...args.map((arg) => arg.replace('{data}', folder))]
    const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
    const said: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line)
      const port = portOf(line)
      if (port !== undefined) {
        child.stdout.resume()
        return new ServerProcess(child, folder, port, said)
      }
    }
    throw new Error(`the server ended: ${said.join('\n')}`)
  }

  /** CPU seconds used so far, user and system (proc(5), stat, fields 14 and 15). */
  async cpuSeconds(): Promise<number> {
    const stat = await readFile(`/proc/${this.#child.pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGKILL')
    await ended
    await rm(this.#folder, { recursive: true, force: true })
  }
}

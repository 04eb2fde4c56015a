import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onServerCore } from '../measure/cores.ts'

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/** A server under measurement, in a process of its own on a core of its own. */
export class ServerProcess<Ready> {
  /** What its first telling line says. */
  readonly ready: Ready
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, ready: Ready) {
    this.#child = child
    this.ready = ready
  }

  /** Starts Node with these parameters; `read` finds in a line that it prints what makes it ready. */
  static start<Ready>(
    args: readonly string[],
    read: (line: string) => Ready | undefined,
  ): Promise<ServerProcess<Ready>> {
    return ServerProcess.startProgram([process.execPath, ...args], read)
  }

  static startProgram<Ready>(
    program: readonly string[],
    read: (line: string) => Ready | undefined,
  ): Promise<ServerProcess<Ready>> {
    const [command = '', ...rest] = [...onServerCore, ...program]
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
    running.add(child)
    child.once('exit', () => running.delete(child))
    const lines = createInterface({ input: child.stdout })
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) =>
        reject(new Error(`${program.slice(0, 2).join(' ')} ended with code ${code} before it was ready`)),
      )
      lines.on('line', (line) => {
        const ready = read(line)
        if (ready !== undefined) resolve(new ServerProcess(child, ready))
      })
    })
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the server does not run')
    return this.#child.pid
  }

  /** With SIGTERM it may finish what it does, such as writing a profile. */
  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill(signal)
    await ended
  }
}

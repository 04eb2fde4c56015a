import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { environmentOfMachine } from '#node-host/launch/paths.mjs'

export type Ended = { readonly code: number | null; readonly output: string }

/** A command as someone types it into a shell that knows nothing of our packages. */
export class Command {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #output = ''

  constructor(folder: string, command: string, parameters: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(command, parameters, { cwd: folder, env: { ...environmentOfMachine(), ...env } })
    this.#ended = once(this.#child, 'close')
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text
      })
    }
  }

  /** Settles once the output holds the text. */
  async says(text: string): Promise<void> {
    while (!this.#output.includes(text)) {
      const [, ended] = await Promise.race([
        once(this.#child.stdout ?? this.#child, 'data').then(() => ['said', false] as const),
        this.#ended.then(() => ['ended', true] as const),
      ])
      if (ended && !this.#output.includes(text)) throw new Error(`it ended without saying "${text}": ${this.#output}`)
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  async end(): Promise<Ended> {
    await this.#ended
    return { code: this.#child.exitCode, output: this.#output }
  }
}

export function run(
  folder: string,
  command: string,
  parameters: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return new Command(folder, command, parameters, env).end()
}

import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import workerd from 'workerd'
import { StartError } from '#node-host/start-error.ts'
import { type ChildOptions, spawnChild } from './child.ts'
import { reasonIn } from './relog.ts'

export type WorkerdOptions = {
  readonly config: string
  readonly host: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
  /** The lock on the data folder. */
  readonly lock: number
  readonly onLine: ChildOptions['onLine']
}

export type Workerd = {
  /** The port it listens on. */
  readonly port: number
  /** Its exit code or signal. */
  readonly ended: Promise<number | string>
  kill(signal: NodeJS.Signals): void
}

/** Starts workerd; resolves when it listens, rejects with a StartError when it ends instead. */
export async function startWorkerd({ config, host, port, env, lock, ...options }: WorkerdOptions): Promise<Workerd> {
  let reason: string | undefined
  const onLine: ChildOptions['onLine'] = (line, from) => {
    reason = reasonIn(line, from) ?? reason
    options.onLine(line, from)
  }
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const serve = [workerd.default, 'serve', config, `--socket-addr=http=${address}`, '--control-fd=3']
  const child = spawnChild(serve, { env, files: ['pipe', lock], lastSignal: 'SIGKILL', onLine })
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  const failed = ended.then((code) => raise(reason ?? `it ended with ${code}`))
  const listening = await Promise.race([listens(child), failed])
  return { port: listening, ended, kill: (signal) => child.kill(signal) }
}

/** It says on its control descriptor, in lines of JSON, which socket listens on which port. */
function listens({ stdio: [, , , control] }: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    if (!control || !('read' in control)) return
    createInterface({ input: control }).on('line', (line) => {
      const said: { event?: string; port?: number } = JSON.parse(line)
      if (said.event === 'listen' && said.port !== undefined) resolve(said.port)
    })
  })
}

function raise(reason: string): never {
  throw new StartError(`workerd could not start: ${reason}. The log says more.`)
}

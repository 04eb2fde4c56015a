import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import workerd from 'workerd'
import type { Stream } from './relog.ts'

export type WorkerdOptions = {
  readonly config: string
  readonly host: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
  /** An open file that it keeps open: the lock on the data folder lasts as long as it does. */
  readonly lock: number
  /** Each line that it writes. */
  readonly onLine: (line: string, from: Stream) => void
}

export type Workerd = {
  /** The port it listens on. */
  readonly port: number
  /** Its exit code or signal. */
  readonly ended: Promise<number | string>
  kill(signal: NodeJS.Signals): void
}

/** So that it ends with its launcher, however that ends. Part of every Debian; elsewhere it may outlive a kill -9. */
const SETPRIV = '/usr/bin/setpriv'

/** Starts workerd; resolves when it listens, rejects when it ends instead. */
export async function startWorkerd({ config, host, port, env, lock, onLine }: WorkerdOptions): Promise<Workerd> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const serve = [workerd.default, 'serve', config, `--socket-addr=http=${address}`, '--control-fd=3']
  const [command = '', ...args] = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', ...serve] : serve
  // Apart from our group: Ctrl-C is for the launcher, which first tells everybody to come back.
  const child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe', lock] })
  process.once('exit', () => child.kill('SIGKILL'))
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  readLines(child, onLine)
  const listening = await Promise.race([listens(child), ended.then(raise)])
  return { port: listening, ended, kill: (signal) => child.kill(signal) }
}

/** Calls back with each line that a process writes. */
export function readLines({ stdout, stderr }: ChildProcess, onLine: (line: string, from: Stream) => void): void {
  if (stdout) createInterface({ input: stdout }).on('line', (line) => onLine(line, 'stdout'))
  if (stderr) createInterface({ input: stderr }).on('line', (line) => onLine(line, 'stderr'))
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

function raise(code: number | string): never {
  throw new Error(`workerd ended with ${code}`)
}

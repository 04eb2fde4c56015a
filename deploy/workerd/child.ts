import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Stream } from './relog.ts'

export type ChildOptions = {
  readonly env: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Open files that it keeps open: the lock on the data folder lasts as long as it does. A pipe is made for 'pipe'. */
  readonly files: readonly (number | 'pipe')[]
  /** What it gets when its launcher ends, however that ends. */
  readonly lastSignal: 'SIGTERM' | 'SIGKILL'
  /** Each line that it writes. */
  readonly onLine: (line: string, from: Stream) => void
}

/** Part of every Debian; elsewhere a child may outlive a launcher that is killed, or whose terminal is closed. */
const SETPRIV = '/usr/bin/setpriv'

/** Starts what a launcher is for, such that it ends with the launcher. */
export function spawnChild(command: readonly string[], options: ChildOptions): ChildProcess {
  const { env, cwd, files, lastSignal, onLine } = options
  const bound = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', lastSignal.slice('SIG'.length), ...command] : command
  const [program = '', ...args] = bound
  // Apart from our group: Ctrl-C is for the launcher, which stops it in good order.
  const child = spawn(program, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe', ...files] })
  process.once('exit', () => child.kill(lastSignal))
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => onLine(line, 'stdout'))
  if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => onLine(line, 'stderr'))
  return child
}

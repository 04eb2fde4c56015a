import { spawn } from 'node:child_process'
import { environment } from './environment.ts'
import type { Exit } from './host-process.ts'

export type Ended = Exit & { readonly out: string; readonly errors: string }

/**
 * Runs a program of ours until it ends: what it said, and how it ended.
 *
 * @param under a command that runs it, such as strace with its parameters
 */
export function runProgram(program: string, args: readonly string[], under: readonly string[] = []): Promise<Ended> {
  const [command = '', ...rest] = [...under, process.execPath, program, ...args]
  const child = spawn(command, rest, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, out, errors }))
  })
}

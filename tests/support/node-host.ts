import { spawn } from 'node:child_process'
import { type Exit, SOURCE } from './host-process.ts'

export { type Exit, HostProcess as NodeHostProcess, type LogLine } from './host-process.ts'

/** Runs the host where it is not expected to start: what it said, and how it ended. */
export async function runNodeHost(
  args: readonly string[],
  program = SOURCE,
): Promise<Exit & { readonly out: string; readonly errors: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
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

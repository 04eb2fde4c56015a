import { spawn } from 'node:child_process'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { count } from '../support/counts.ts'

declare module 'vitest' {
  interface ProvidedContext {
    seeds: { readonly count: number; readonly socket: string }
  }
}

const SEEDS = count(10_000, 100_000)
const PROGRAM = fileURLToPath(new URL('simulate.ts', import.meta.url))

/**
 * Starts the seeds when the tests start: they run with what all other tests leave of the machine, and are looked at
 * last (seeds.test.ts). Whoever connects to the socket is told of all of them, and the end is the end of the stream.
 */
export async function setup(project: TestProject): Promise<() => void> {
  const child = spawn(process.execPath, [PROGRAM, '--seeds', String(SEEDS), '--gently', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const told: Buffer[] = []
  const listeners = new Set<Socket>()
  let isOver = false
  child.stdout.on('data', (lines: Buffer) => {
    told.push(lines)
    for (const listener of listeners) listener.write(lines)
  })
  child.stdout.on('end', () => {
    isOver = true
    for (const listener of listeners) listener.end()
  })
  const server = createServer((listener) => {
    for (const lines of told) listener.write(lines)
    if (isOver) listener.end()
    else listeners.add(listener)
  })
  const socket = join(tmpdir(), `snug-seeds-${process.pid}`)
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  project.provide('seeds', { count: SEEDS, socket })
  return () => {
    child.kill()
    server.close()
  }
}

import { type DestinationStream, destination, type Level, pino, stdSerializers } from 'pino'
import type { Log } from '#durable/ports/log.ts'

export const LOG_LEVELS = ['error', 'warn', 'info'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Lines of JSON on standard output; sentences where a person reads it on a terminal. */
export function openLog(level: LogLevel, isTerminal: boolean, base: Record<string, unknown> | null = null): Log {
  const options = { level, base, serializers: { error: stdSerializers.err } }
  // Written at once: what is logged last before a crash is what one wants to read.
  const logger = pino(options, isTerminal ? sentences : destination({ dest: 1, sync: true }))
  const at = (name: Level) => (message: string, fields?: Record<string, unknown>) => logger[name](fields ?? {}, message)
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

/** What a package tells the console as well as us, such as LMDB of a full disk: one line of it, and no stack. */
export function takeConsole(log: Log): void {
  for (const name of ['warn', 'error'] as const)
    console[name] = (...said: unknown[]) => log.warn('a package says', { line: said.map(String).join(' ') })
}

const WARN = 40

/** On a terminal warnings and errors are enough besides what main.ts says itself; `| cat` shows all. */
const sentences: DestinationStream = {
  write(line: string) {
    const { level, msg, time, error, ...fields }: Record<string, unknown> = JSON.parse(line)
    if (typeof level !== 'number' || level < WARN) return
    const details = Object.entries({ ...fields, ...messageOf(error) }).map(([name, value]) => `${name} ${value}`)
    const clock = new Date(Number(time)).toLocaleTimeString()
    process.stdout.write(`${clock} ${msg}${details.length > 0 ? ` (${details.join(', ')})` : ''}\n`)
  },
}

function messageOf(error: unknown): { error?: unknown } {
  return typeof error === 'object' && error !== null && 'message' in error ? { error: error.message } : {}
}

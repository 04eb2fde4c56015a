import type { Log } from '#durable/ports/log.ts'

/** Lines of JSON; workerd writes them to standard output, Cloudflare to the logs of the Worker. */
export function openLog(base: Record<string, unknown> = {}): Log {
  const at = (level: 'info' | 'warn' | 'error') => (msg: string, fields?: Record<string, unknown>) => {
    // biome-ignore lint/suspicious/noConsole: there is no other way out of a Worker
    console[level](lineOf({ level, time: Date.now(), msg, ...base, ...fields }))
  }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

/** Whoever logs a fault must not meet another one: what JSON cannot hold, such as a ring, is only named. */
function lineOf(entry: Record<string, unknown>): string {
  try {
    return JSON.stringify(entry, plain)
  } catch {
    return JSON.stringify(entry, (name, value) =>
      name !== '' && typeof value === 'object' ? named(value) : plain(name, value),
    )
  }
}

/** JSON would leave an error empty, and knows no large numbers. */
function plain(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (!(value instanceof Error)) return value
  const { name, message, stack, cause } = value
  return { name, message, stack, cause }
}

function named(value: object | null): string | null | undefined {
  return value instanceof Error ? value.stack : value && Object.prototype.toString.call(value)
}

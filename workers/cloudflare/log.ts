import type { Log } from '#durable/ports/log.ts'

/** Lines of JSON; workerd writes them to standard output, Cloudflare to the logs of the Worker. */
export function openLog(base: Record<string, unknown> = {}): Log {
  const at = (level: 'info' | 'warn' | 'error') => (msg: string, fields?: Record<string, unknown>) => {
    // biome-ignore lint/suspicious/noConsole: there is no other way out of a Worker
    console[level](JSON.stringify({ level, time: Date.now(), msg, ...base, ...fields }, plainError))
  }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

/** JSON would leave an error empty. */
function plainError(_name: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value
  const { name, message, stack, cause } = value
  return { name, message, stack, cause }
}

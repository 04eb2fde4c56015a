import { stripVTControlCharacters } from 'node:util'
import * as z from 'zod/mini'
import type { Log } from '#durable/ports/log.ts'

export type Stream = 'stdout' | 'stderr'

const entrySchema = z.looseObject({ level: z.enum(['info', 'warn', 'error']), msg: z.string() })

/** An invitation in an address: wrangler tells each request, and whoever reads the log would be invited. */
const INVITATION = /\/join\/[^\s"]+/g

/** Writes a line of workerd into the launcher's log: an entry of the Worker as such, whatever else but nothing as text. */
export function relog(log: Log, line: string, from: Stream): void {
  const entry = z.safeParse(entrySchema, parseJson(line))
  if (!entry.success) {
    const told = stripVTControlCharacters(line).replace(INVITATION, '/join/...').trim()
    if (told !== '') log[from === 'stdout' ? 'info' : 'warn']('workerd says', { line: told })
    return
  }
  const { level, msg, time: _, ...fields } = entry.data
  log[level](msg, fields)
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

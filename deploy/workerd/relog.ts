import { stripVTControlCharacters } from 'node:util'
import * as z from 'zod/mini'
import type { Log } from '#durable/ports/log.ts'

export type Stream = 'stdout' | 'stderr'

const entrySchema = z.looseObject({ level: z.enum(['info', 'warn', 'error']), msg: z.string() })

/** An invitation in an address: wrangler tells each request, and whoever reads the log would be invited. */
const INVITATION = /\/join\/[^\s"]+/g

/** What SQLite says of a file that it cannot read or write, in the words of workerd. */
const OF_SQLITE = /SQLite failed.* = ([^=]*: SQLITE_.*)$/
/** Addresses in a program without names. */
const ADDRESSES = /^stack: /

/** Writes a line of workerd into the launcher's log: an entry of the Worker as such, whatever else but nothing as text. */
export function relog(log: Log, line: string, from: Stream): void {
  const entry = z.safeParse(entrySchema, parseJson(line))
  if (!entry.success) {
    const told = stripVTControlCharacters(line).replace(INVITATION, '/join/...').trim()
    const reason = sqliteReason(told)
    if (reason) log.error('an object cannot read or write its database', { reason })
    else if (told !== '' && !ADDRESSES.test(told))
      log[from === 'stdout' ? 'info' : 'warn']('workerd says', { line: told })
    return
  }
  const { level, msg, time: _, ...fields } = entry.data
  log[level](msg, fields)
}

/** Such as "file is not a database: SQLITE_NOTADB". */
function sqliteReason(line: string): string | undefined {
  return OF_SQLITE.exec(line)?.[1]
}

/** What a line tells of why nothing works, in a few words; undefined where it tells nothing of that. */
export function reasonIn(line: string, from: Stream): string | undefined {
  const told = stripVTControlCharacters(line).trim()
  const reason = sqliteReason(told) ?? /\[ERROR\] (.+)$/.exec(told)?.[1]
  if (reason !== undefined) return reason
  return from === 'stderr' && /^\*\*\* Fatal/.test(told) ? told : undefined
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

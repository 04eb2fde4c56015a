import { createTarDecoder, type ParsedTarEntry } from 'modern-tar'
import * as z from 'zod/mini'
import { fromUtf8 } from '#protocol/text.ts'
import {
  ABOUT,
  aboutSchema,
  type Contents,
  END,
  endSchema,
  FORMAT,
  isRowsName,
  OBJECTS,
  objectKeySchema,
} from './format.ts'
import { type CopiedRow, decodeLines } from './rows.ts'
import { Sum } from './totals.ts'

/** An archive that cannot be restored: the message ends a sentence that begins with its name. */
export class BadBackup extends Error {}

/** Takes what an archive holds, piece by piece. */
export type BackupTarget = {
  rows(rows: readonly CopiedRow[]): Promise<void>
  /** Reads all of it; answers its SHA-256 in base64url. */
  object(key: string, body: ReadableStream<Uint8Array>): Promise<string>
}

/** Reads an archive to its end. Throws BadBackup where it is not whole, or not what was written. */
export async function readBackup(archive: ReadableStream<Uint8Array>, target: BackupTarget): Promise<Contents> {
  const sum = new Sum()
  const found = new Map<string, string>()
  let isKnown = false
  let end: Contents | undefined
  for await (const { header, body } of entriesOf(archive)) {
    if (header.name === ABOUT) {
      checkFormat(await textOf(body))
      isKnown = true
    } else if (!isKnown) throw new BadBackup('is not a backup of Snug')
    else if (isRowsName(header.name)) {
      const rows = rowsIn(await textOf(body))
      for (const row of rows) sum.add(row)
      await target.rows(rows)
    } else if (header.name.startsWith(OBJECTS)) {
      const key = objectKeyIn(header.name)
      found.set(key, await target.object(key, body))
    } else if (header.name === END) end = parsed(endSchema, await textOf(body))
    else throw new BadBackup(`holds ${header.name}, which is not of a backup`)
  }
  if (!isKnown) throw new BadBackup('is not a backup of Snug')
  if (!end) throw new BadBackup('is cut short')
  if (sum.totals.rows !== end.rows.rows || sum.totals.digest !== end.rows.digest) throw damaged()
  for (const { key, sha256 } of end.objects) if (sha256 !== undefined && found.get(key) !== sha256) throw damaged()
  return end
}

const damaged = () => new BadBackup('is damaged: it holds something else than what was written')

type Entry = Pick<ParsedTarEntry, 'header' | 'body'>

/** What the library says of bytes that are no archive is not for whoever restores one. */
async function* entriesOf(archive: ReadableStream<Uint8Array>): AsyncIterable<Entry> {
  const entries = archive.pipeThrough(createTarDecoder({ strict: true })).getReader()
  for (;;) {
    const { done, value } = await entries.read().catch(asBad)
    if (done) return
    yield { header: value.header, body: soundly(value.body) }
  }
}

/** An archive may also end in the middle of an entry. */
function soundly(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const bytes = body.getReader()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await bytes.read().catch(asBad)
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => bytes.cancel(reason),
  })
}

function asBad(cause: unknown): never {
  throw new BadBackup('is cut short, or not a backup of Snug', { cause })
}

function checkFormat(text: Uint8Array): void {
  const { format } = parsed(aboutSchema, text)
  if (format > FORMAT) throw new BadBackup(`was made by a newer Snug (format ${format}): use that one`)
}

function objectKeyIn(name: string): string {
  const key = z.safeParse(objectKeySchema, name.slice(OBJECTS.length))
  if (!key.success) throw new BadBackup(`holds ${JSON.stringify(name)}, which is not of a backup`)
  return key.data
}

function rowsIn(text: Uint8Array): CopiedRow[] {
  try {
    return decodeLines(text)
  } catch (cause) {
    throw new BadBackup('is damaged: a row cannot be read', { cause })
  }
}

function parsed<T>(schema: z.ZodMiniType<T>, text: Uint8Array): T {
  try {
    return z.parse(schema, JSON.parse(fromUtf8(text)))
  } catch (cause) {
    throw new BadBackup('is damaged: what it says of itself cannot be read', { cause })
  }
}

async function textOf(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  try {
    return new Uint8Array(await new Response(body).arrayBuffer())
  } catch (cause) {
    throw new BadBackup('is cut short', { cause })
  }
}

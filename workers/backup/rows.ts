import * as z from 'zod/mini'
import type { Key } from '#durable/ports/storage.ts'
import { fromBase64Url, toBase64Url } from '#protocol/ids.ts'
import { fromUtf8, toUtf8 } from '#protocol/text.ts'

/** A row, with the name of its actor and of its table. */
export type CopiedRow = readonly [actor: string, table: string, key: Key, value: Uint8Array]

export const keySchema = z.union([z.string(), z.int().check(z.nonnegative())])
/** Nearly every value is a text; what is not stands as base64url. */
export const valueSchema = z.union([z.string(), z.object({ base64url: z.string() })])
/** The bytes of a value in JSON. */
export type TextValue = z.infer<typeof valueSchema>
const lineSchema = z.tuple([z.string(), z.string(), keySchema, valueSchema])

/** One row as one line of JSON, with its end: to be read, searched and compared without Snug. */
export function encodeLine([actor, table, key, value]: CopiedRow): Uint8Array {
  return toUtf8(`${JSON.stringify([actor, table, key, encodeValue(value)])}\n`)
}

/** Throws on what `encodeLine` did not make. */
export function decodeLines(bytes: Uint8Array): CopiedRow[] {
  const lines = fromUtf8(bytes).split('\n').slice(0, -1)
  return lines.map((line) => {
    const [actor, table, key, value] = z.parse(lineSchema, JSON.parse(line))
    return [actor, table, key, decodeValue(value)]
  })
}

export function decodeValue(value: TextValue): Uint8Array {
  return typeof value === 'string' ? toUtf8(value) : fromBase64Url(value.base64url)
}

export function encodeValue(value: Uint8Array): TextValue {
  try {
    return fromUtf8(value)
  } catch {
    return { base64url: toBase64Url(value) }
  }
}

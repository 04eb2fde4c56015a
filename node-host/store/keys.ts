import type { Key } from '#durable/ports/storage.ts'

/**
 * How a row's place becomes an LMDB key: the actor, its table, what kind of key follows, the key; so that the rows of
 * an actor and of a table stand together and bytes sort as keys do.
 */

const INTEGER = 1
const STRING = 2
const END = 3
const INTEGER_BYTES = 8

/** LMDB's limit with pages of 4 KiB is 1,978; what an actor stores stays far below. */
const MAX_KEY_BYTES = 1024

/** Begins every key of a table. Neither name may contain U+0000. */
export function tablePrefix(actor: string, table: string): Buffer {
  if (actor.includes('\0') || table.includes('\0')) throw new RangeError('names of actors and tables hold no U+0000')
  return Buffer.from(`${actor}\0${table}\0`)
}

export function encodeKey(prefix: Buffer, key: Key): Buffer {
  const encoded = typeof key === 'number' ? encodeInteger(prefix, key) : encodeString(prefix, key)
  if (encoded.length > MAX_KEY_BYTES) throw new RangeError(`a key of ${encoded.length} bytes, at most ${MAX_KEY_BYTES}`)
  return encoded
}

export function decodeKey(prefix: Buffer, encoded: Buffer): Key {
  const start = prefix.length + 1
  return encoded[prefix.length] === INTEGER ? decodeInteger(encoded, start) : decodeString(encoded, start)
}

/** The parts of a key: whose, of which table, and the number or (as it is encoded, without a prefix) the string. */
export function partsOf(encoded: Buffer): { actor: string; table: string; key: number | Buffer } {
  const actorEnd = encoded.indexOf(0)
  const tableEnd = encoded.indexOf(0, actorEnd + 1)
  const key = encoded.subarray(tableEnd + 1)
  return {
    actor: encoded.toString('utf8', 0, actorEnd),
    table: encoded.toString('utf8', actorEnd + 1, tableEnd),
    key: key[0] === INTEGER ? decodeInteger(key, 1) : key,
  }
}

/** Before the first key of a table. */
export function tableStart(prefix: Buffer): Buffer {
  return Buffer.concat([prefix, Buffer.of(INTEGER)])
}

/** After the last key of a table. */
export function tableEnd(prefix: Buffer): Buffer {
  return Buffer.concat([prefix, Buffer.of(END)])
}

function encodeInteger(prefix: Buffer, key: number): Buffer {
  if (!Number.isSafeInteger(key) || key < 0) throw new RangeError(`${key} is not a key`)
  const encoded = Buffer.allocUnsafe(prefix.length + 1 + INTEGER_BYTES)
  encoded.set(prefix)
  encoded[prefix.length] = INTEGER
  encoded.writeUInt32BE(Math.floor(key / 2 ** 32), prefix.length + 1)
  encoded.writeUInt32BE(key % 2 ** 32, prefix.length + 5)
  return encoded
}

function decodeInteger(encoded: Buffer, start: number): number {
  return encoded.readUInt32BE(start) * 2 ** 32 + encoded.readUInt32BE(start + 4)
}

/**
 * Each code unit for itself in the manner of UTF-8 (so a surrogate pair takes six bytes): unlike UTF-8 proper this
 * sorts by code unit and keeps lone surrogates.
 */
function encodeString(prefix: Buffer, key: string): Buffer {
  const encoded = Buffer.allocUnsafe(prefix.length + 1 + 3 * key.length)
  encoded.set(prefix)
  encoded[prefix.length] = STRING
  let at = prefix.length + 1
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i)
    if (unit < 0x80) encoded[at++] = unit
    else {
      if (unit < 0x800) encoded[at++] = 0xc0 | (unit >> 6)
      else {
        encoded[at++] = 0xe0 | (unit >> 12)
        encoded[at++] = 0x80 | ((unit >> 6) & 0x3f)
      }
      encoded[at++] = 0x80 | (unit & 0x3f)
    }
  }
  return encoded.subarray(0, at)
}

function decodeString(encoded: Buffer, start: number): string {
  let text = ''
  for (let at = start; at < encoded.length; ) {
    const first = encoded[at++] ?? 0
    if (first < 0x80) text += String.fromCharCode(first)
    else {
      const second = (encoded[at++] ?? 0) & 0x3f
      const unit = first < 0xe0 ? ((first & 0x1f) << 6) | second : threeBytes(first, second, encoded[at++] ?? 0)
      text += String.fromCharCode(unit)
    }
  }
  return text
}

function threeBytes(first: number, second: number, third: number): number {
  return ((first & 0x0f) << 12) | (second << 6) | (third & 0x3f)
}

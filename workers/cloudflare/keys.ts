import type { Key } from '#durable/ports/storage.ts'

/**
 * How a key stands in SQLite: integers as they are, strings as bytes. SQLite would compare text by its UTF-8, which
 * orders what is beyond U+FFFF differently than code units do; two bytes for each unit sort right.
 */
export function encodeKey(key: Key): number | Uint8Array {
  if (typeof key === 'string') return encodeString(key)
  if (!Number.isSafeInteger(key) || key < 0) throw new RangeError(`${key} is not a key`)
  return key
}

export function decodeKey(stored: number | ArrayBuffer): Key {
  return typeof stored === 'number' ? stored : decodeString(stored)
}

function encodeString(key: string): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * key.length))
  for (let i = 0; i < key.length; i++) view.setUint16(2 * i, key.charCodeAt(i))
  return new Uint8Array(view.buffer)
}

function decodeString(stored: ArrayBuffer): string {
  const view = new DataView(stored)
  let key = ''
  for (let at = 0; at < stored.byteLength; at += 2) key += String.fromCharCode(view.getUint16(at))
  return key
}

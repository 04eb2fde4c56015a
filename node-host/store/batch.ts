import { crc32 } from 'node:zlib'
import type { RowsChange } from './change.ts'

/**
 * A batch of changes as bytes: what one write to the log holds. The length of the whole, a checksum of all that follows
 * it, the batch's number; then entry by entry its tree, whether there is a value, the lengths of key and value, the key,
 * the value.
 */

const HEADER_BYTES = 16
const CHECKSUM_AT = 4
const NUMBER_AT = 8
const ENTRY_HEADER_BYTES = 7
export const NUMBER_BYTES = 8

/** The trees of a partition. Part of the format. */
const ROWS = 0
export const ALARMS = 1
type TreeNumber = typeof ROWS | typeof ALARMS
const HAS_VALUE = 0x80

/** A row to put into a tree, or to delete where there is no value. */
export type Entry = { readonly tree: TreeNumber; readonly key: Buffer; readonly value: Buffer | undefined }

export function encodeBatch(number: number, changes: readonly RowsChange[]): Buffer {
  const batch = Buffer.allocUnsafe(HEADER_BYTES + changes.reduce((sum, change) => sum + sizeOf(change), 0))
  batch.writeUInt32BE(batch.length)
  batch.writeDoubleBE(number, NUMBER_AT)
  let at = HEADER_BYTES
  for (const { rows, alarm } of changes) {
    for (const { key, value } of rows) at = write(batch, at, ROWS, key, value)
    if (alarm)
      at = write(batch, at, ALARMS, Buffer.from(alarm.actor), alarm.at === null ? undefined : encodeNumber(alarm.at))
  }
  batch.writeUInt32BE(checksum(batch), CHECKSUM_AT)
  return batch
}

/** A batch of which no more than the number is there. */
export function encodeBegun(number: number): Buffer {
  const begun = Buffer.alloc(HEADER_BYTES)
  begun.writeDoubleBE(number, NUMBER_AT)
  return begun
}

/** The entries are views of the batch. */
export function* entriesOf(batch: Buffer): Iterable<Entry> {
  for (let at = HEADER_BYTES; at < batch.length; ) {
    const kind = batch.readUInt8(at)
    const key = at + ENTRY_HEADER_BYTES
    const value = key + batch.readUInt16BE(at + 1)
    const end = value + batch.readUInt32BE(at + 3)
    yield {
      tree: (kind & ~HAS_VALUE) === ALARMS ? ALARMS : ROWS,
      key: batch.subarray(key, value),
      value: kind & HAS_VALUE ? batch.subarray(value, end) : undefined,
    }
    at = end
  }
}

export function numberOf(batch: Buffer): number {
  return batch.readDoubleBE(NUMBER_AT)
}

/** The batch that begins here; undefined where there is none, or one that was not written to its end. */
export function batchAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + HEADER_BYTES > bytes.length) return undefined
  const length = bytes.readUInt32BE(at)
  if (length < HEADER_BYTES || at + length > bytes.length) return undefined
  const batch = bytes.subarray(at, at + length)
  return checksum(batch) === batch.readUInt32BE(CHECKSUM_AT) ? batch : undefined
}

/** As the bytes of a row. */
export function encodeNumber(number: number): Buffer {
  const value = Buffer.allocUnsafe(NUMBER_BYTES)
  value.writeDoubleBE(number)
  return value
}

/** The number of a batch that may begin here; undefined behind the last place where one can. */
export function numberAt(bytes: Buffer, at: number): number | undefined {
  return at + HEADER_BYTES > bytes.length ? undefined : bytes.readDoubleBE(at + NUMBER_AT)
}

export function decodeNumber(value: Uint8Array): number {
  return Buffer.from(value.buffer, value.byteOffset, NUMBER_BYTES).readDoubleBE()
}

function sizeOf({ rows, alarm }: RowsChange): number {
  const ofAlarm = alarm
    ? ENTRY_HEADER_BYTES + Buffer.byteLength(alarm.actor) + (alarm.at === null ? 0 : NUMBER_BYTES)
    : 0
  return rows.reduce((sum, { key, value }) => sum + ENTRY_HEADER_BYTES + key.length + (value?.length ?? 0), ofAlarm)
}

function write(batch: Buffer, at: number, tree: number, key: Buffer, value: Uint8Array | undefined): number {
  batch.writeUInt8(value ? tree | HAS_VALUE : tree, at)
  batch.writeUInt16BE(key.length, at + 1)
  batch.writeUInt32BE(value?.length ?? 0, at + 3)
  batch.set(key, at + ENTRY_HEADER_BYTES)
  const end = at + ENTRY_HEADER_BYTES + key.length
  if (value) batch.set(value, end)
  return end + (value?.length ?? 0)
}

function checksum(batch: Buffer): number {
  return crc32(batch.subarray(NUMBER_AT))
}

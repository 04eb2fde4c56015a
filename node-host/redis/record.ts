import { encodeBatch } from '../store/batch.ts'
import type { RowsChange } from '../store/change.ts'

/**
 * A record of the write-ahead log: who wrote it (so that no two hosts write the same bytes), then a batch as the
 * embedded store has it, which carries its number and a checksum.
 */
export type WrittenRecord = { readonly number: number; readonly bytes: Buffer }

const WRITER_BYTES = 16

export function encodeRecord(number: number, writer: string, changes: readonly RowsChange[]): WrittenRecord {
  const bytes = Buffer.concat([writerBytes(writer), encodeBatch(number, changes)])
  return { number, bytes }
}

export function batchIn({ bytes }: WrittenRecord): Buffer {
  return bytes.subarray(WRITER_BYTES)
}

/** Of fixed length, and different for each host that ever wrote. */
function writerBytes(writer: string): Buffer {
  const bytes = Buffer.alloc(WRITER_BYTES)
  bytes.write(writer, 'latin1')
  return bytes
}

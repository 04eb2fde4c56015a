import { crc32 } from 'node:zlib'

/**
 * What a file of the log begins with. Within one sector, so that it is there whole or not at all; apart from the batches,
 * which are written at the same time.
 */
export type LogHead = {
  /** Which file of which partition it is. */
  readonly owner: string
  /** The number of the last batch before the file was last entered, as far as that got. */
  readonly mark: number
  /** How large the file was then. */
  readonly bytes: number
}

/** Where the batches begin. */
export const HEAD_BYTES = 4096

const SECTOR_BYTES = 512
/** Read as the length of a batch, which an older Snug takes it for, it is longer than any file. */
const KIND = Buffer.from('snug')
const CHECKSUM_AT = 4
const MARK_AT = 8
const BYTES_AT = 16
const OWNER_AT = 24

export function encodeHead({ owner, mark, bytes }: LogHead): Buffer {
  const head = Buffer.alloc(SECTOR_BYTES)
  head.set(KIND)
  head.writeDoubleBE(mark, MARK_AT)
  head.writeDoubleBE(bytes, BYTES_AT)
  head.write(owner, OWNER_AT)
  head.writeUInt32BE(checksum(head), CHECKSUM_AT)
  return head
}

/** Undefined where there is none, or a damaged one. */
export function decodeHead(bytes: Buffer): LogHead | undefined {
  const head = bytes.subarray(0, SECTOR_BYTES)
  if (head.length < SECTOR_BYTES || !head.subarray(0, KIND.length).equals(KIND)) return undefined
  if (checksum(head) !== head.readUInt32BE(CHECKSUM_AT)) return undefined
  const owner = head.toString('utf8', OWNER_AT, head.indexOf(0, OWNER_AT))
  return { owner, mark: head.readDoubleBE(MARK_AT), bytes: head.readDoubleBE(BYTES_AT) }
}

function checksum(head: Buffer): number {
  return crc32(head.subarray(MARK_AT))
}

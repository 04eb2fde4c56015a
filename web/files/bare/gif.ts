const HEAD_BYTES = 13
const EXTENSION = 0x21
const IMAGE = 0x2c
const END = 0x3b
const COMMENT = 0xfe
const APPLICATION = 0xff
/** Of what applications put there only how often it moves is wanted. */
const LOOPS = ['NETSCAPE2.0', 'ANIMEXTS1.0']

/**
 * A GIF without what it tells beside its pixels, which are not touched: it may be one that moves.
 *
 * @returns its pieces; undefined where it is not built as one
 */
export function bareGif(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] | undefined {
  let at = HEAD_BYTES + colours(bytes[10])
  const kept = [bytes.subarray(0, at)]
  while (at < bytes.length && bytes[at] !== END) {
    const end = endOfBlock(bytes, at)
    if (end === undefined || end > bytes.length) return undefined
    const block = bytes.subarray(at, end)
    if (!tells(block)) kept.push(block)
    at = end
  }
  return at < bytes.length ? [...kept, Uint8Array.of(END)] : undefined
}

function endOfBlock(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at] === EXTENSION) return endOfData(bytes, at + 2)
  // Its colours, and how many bits its pixels begin with, stand before them.
  if (bytes[at] === IMAGE) return endOfData(bytes, at + 11 + colours(bytes[at + 9]))
  return undefined
}

/** Pieces that each begin with their length; one of no length is the last. */
function endOfData(bytes: Uint8Array, from: number): number {
  let at = from
  while (bytes[at]) at += 1 + (bytes[at] ?? 0)
  return at + 1
}

function colours(flags = 0): number {
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0
}

function tells(block: Uint8Array): boolean {
  if (block[0] !== EXTENSION) return false
  if (block[1] === APPLICATION) return !LOOPS.includes(String.fromCharCode(...block.subarray(3, 3 + (block[2] ?? 0))))
  return block[1] === COMMENT
}

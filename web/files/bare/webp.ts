const HEAD_BYTES = 12
const CHUNK_HEAD_BYTES = 8
/** The others are EXIF, XMP, and what no one knows. */
const OF_THE_PIXELS = ['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP']
/** In the first byte of VP8X: that chunks of this kind are there. */
const EXIF_AND_XMP = 0x0c

/**
 * A WebP without what it tells beside its pixels, which are not touched: it may be one that moves.
 *
 * @returns its pieces; undefined where it is not built as one
 */
export function bareWebp(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = CHUNK_HEAD_BYTES + view.getUint32(4, true)
  const kept: Uint8Array<ArrayBuffer>[] = []
  let at = HEAD_BYTES
  while (at + CHUNK_HEAD_BYTES <= Math.min(end, bytes.length)) {
    const length = view.getUint32(at + 4, true)
    // Each begins at an even place.
    const next = at + CHUNK_HEAD_BYTES + length + (length % 2)
    const name = String.fromCharCode(...bytes.subarray(at, at + 4))
    if (OF_THE_PIXELS.includes(name)) kept.push(chunk(name, bytes.slice(at, next)))
    at = next
  }
  if (at !== end || end > bytes.length) return undefined
  return [head(kept), ...kept]
}

function chunk(name: string, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (name === 'VP8X') bytes[CHUNK_HEAD_BYTES] = (bytes[CHUNK_HEAD_BYTES] ?? 0) & ~EXIF_AND_XMP
  return bytes
}

function head(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from('RIFF....WEBP', (letter) => letter.charCodeAt(0))
  const length = chunks.reduce((sum, { length }) => sum + length, 'WEBP'.length)
  new DataView(bytes.buffer).setUint32(4, length, true)
  return bytes
}

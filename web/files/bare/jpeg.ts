const FILL = 0xff
const START_OF_SCAN = 0xda
const END = 0xd9
const APP0 = 0xe0
const APP15 = 0xef
const COMMENT = 0xfe
/** What of all that applications put there belongs to the pixels: how they are to be read, and their colours. */
const OF_THE_PIXELS = ['\xe0JFIF\0', '\xe2ICC_PROFILE\0', '\xeeAdobe']
const EXIF = '\xe1Exif\0\0'
const ORIENTATION_TAG = 0x0112
const ENTRY_BYTES = 12

/**
 * A JPEG without what it tells beside its pixels, but which way up it is; its pixels are not touched. What stands behind
 * its end (phones append more pictures, which tell the same once more) goes, too.
 *
 * @returns its pieces; undefined where it is not built as one
 */
export function bareJpeg(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] | undefined {
  const kept: Uint8Array<ArrayBuffer>[] = []
  let orientation: number | undefined
  let hasPixels = false
  let at = 2
  while (at + 2 <= bytes.length && bytes[at + 1] !== END) {
    const end = endOfSegment(bytes, at)
    if (end === undefined) return undefined
    const segment = bytes.subarray(at, end)
    if (tells(segment)) orientation ??= orientationIn(segment)
    else kept.push(segment)
    hasPixels ||= segment[1] === START_OF_SCAN
    at = end
  }
  if (!hasPixels) return undefined
  return [bytes.subarray(0, 2), ...turned(orientation), ...kept, Uint8Array.of(FILL, END)]
}

/** Of a scan it ends behind its pixels. */
function endOfSegment(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at] !== FILL) return undefined
  if (bytes[at + 1] === FILL) return at + 1
  const end = at + 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0)
  if (end < at + 4 || end > bytes.length) return undefined
  return bytes[at + 1] === START_OF_SCAN ? endOfPixels(bytes, end) : end
}

/** Where the next marker stands that is not one of the pixels' own (an escaped 0xFF, a restart, a fill). */
function endOfPixels(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(FILL, from); at !== -1; at = bytes.indexOf(FILL, at + 1)) {
    const marker = bytes[at + 1] ?? FILL
    if (marker !== 0 && marker !== FILL && !(marker >= 0xd0 && marker <= 0xd7)) return at
  }
  return bytes.length
}

function tells(segment: Uint8Array): boolean {
  const marker = segment[1] ?? 0
  if (marker === COMMENT) return true
  return marker >= APP0 && marker <= APP15 && !OF_THE_PIXELS.some((start) => isOf(segment, start))
}

/** `start`: the marker, and what its content begins with behind the length. */
function isOf(segment: Uint8Array, start: string): boolean {
  return String.fromCharCode(segment[1] ?? 0, ...segment.subarray(4, 3 + start.length)) === start
}

function orientationIn(segment: Uint8Array): number | undefined {
  if (!isOf(segment, EXIF)) return undefined
  const tiff = new DataView(segment.buffer, segment.byteOffset + 10, segment.length - 10)
  try {
    const isLittle = tiff.getUint16(0) === 0x4949
    const first = tiff.getUint32(4, isLittle)
    const count = tiff.getUint16(first, isLittle)
    for (let at = first + 2; at < first + 2 + count * ENTRY_BYTES; at += ENTRY_BYTES)
      if (tiff.getUint16(at, isLittle) === ORIENTATION_TAG) return tiff.getUint16(at + 8, isLittle)
    return undefined
  } catch (error) {
    // It names places that it does not have.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The least that tells which way up a picture is: a list of one entry. */
function turned(orientation: number | undefined): Uint8Array<ArrayBuffer>[] {
  if (orientation === undefined) return []
  const head = [FILL, 0xe1, 0, 34, ...[...EXIF.slice(1)].map((letter) => letter.charCodeAt(0))]
  const list = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
  return [Uint8Array.from([...head, ...list])]
}

import { bareGif } from './bare/gif.ts'
import { bareJpeg } from './bare/jpeg.ts'
import { bareWebp } from './bare/webp.ts'

export type PictureKind = {
  readonly type: string
  /** As what it is drawn anew. One that may move is not: it would stand still. */
  readonly drawnAs?: string
  /** Takes away what it tells beside its pixels, and leaves these as they are. */
  readonly bare?: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>[] | undefined
}

const JPEG: PictureKind = { type: 'image/jpeg', drawnAs: 'image/jpeg', bare: bareJpeg }
const PNG: PictureKind = { type: 'image/png', drawnAs: 'image/png' }
const GIF: PictureKind = { type: 'image/gif', bare: bareGif }
const MOVING_WEBP: PictureKind = { type: 'image/webp', bare: bareWebp }
const STILL_WEBP: PictureKind = { ...MOVING_WEBP, drawnAs: 'image/webp' }
const MOVING_AVIF: PictureKind = { type: 'image/avif' }
// No browser writes these two; not every one reads the last.
const STILL_AVIF: PictureKind = { ...MOVING_AVIF, drawnAs: 'image/webp' }
const HEIC: PictureKind = { type: 'image/heic', drawnAs: 'image/jpeg' }

const HEAD_BYTES = 64
const MOVES = 0x02

/** By its first bytes, and not by what it is said to be; undefined of all that is no picture. */
export async function pictureKindOf(file: Blob): Promise<PictureKind | undefined> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())
  const head = String.fromCharCode(...bytes)
  if (head.startsWith('\xff\xd8\xff')) return JPEG
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return PNG
  if (/^GIF8[79]a/.test(head)) return GIF
  if (/^RIFF....WEBP/s.test(head))
    return head.startsWith('VP8X', 12) && (bytes[20] ?? 0) & MOVES ? MOVING_WEBP : STILL_WEBP
  return head.startsWith('ftyp', 4) ? kindOfBrands(head.slice(8, bytes[3])) : undefined
}

/** @param brands all that it says it may be read as */
function kindOfBrands(brands: string): PictureKind | undefined {
  if (brands.includes('avis')) return MOVING_AVIF
  if (brands.includes('avif')) return STILL_AVIF
  return /^(heic|heix|heim|heis|mif1|msf1)/.test(brands) ? HEIC : undefined
}

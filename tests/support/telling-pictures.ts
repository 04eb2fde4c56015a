import type { Page } from 'playwright-core'

/** Where it was taken, as text that can be found again. */
export const PLACE = '52/1 31/1 12/1 N'
const PLACE_BYTES = Buffer.from(PLACE)

/** EXIF: which way up (6: its left side is its top), and a list of one more entry, the place. */
export function exif(): Buffer {
  const entry = (tag: number, type: number, count: number, value: number, isShort = false) => {
    const bytes = Buffer.alloc(12)
    bytes.writeUInt16LE(tag)
    bytes.writeUInt16LE(type, 2)
    bytes.writeUInt32LE(count, 4)
    if (isShort) bytes.writeUInt16LE(value, 8)
    else bytes.writeUInt32LE(value, 8)
    return bytes
  }
  const list = (...entries: Buffer[]) => Buffer.concat([Buffer.from([entries.length, 0]), ...entries, Buffer.alloc(4)])
  const gpsAt = 8 + 2 + 2 * 12 + 4
  const placeAt = gpsAt + 2 + 12 + 4
  return Buffer.concat([
    Buffer.from('II*\0\x08\0\0\0'),
    list(entry(0x0112, 3, 1, 6, true), entry(0x8825, 4, 1, gpsAt)),
    list(entry(0x001c, 7, PLACE_BYTES.length, placeAt)),
    PLACE_BYTES,
  ])
}

export function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(content.length + 2, 2)
  return Buffer.concat([head, content])
}

/** As a camera would have made it of this one. */
export function tellingJpeg(jpeg: Buffer): Buffer {
  const app1 = segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), exif()]))
  return Buffer.concat([jpeg.subarray(0, 2), app1, segment(0xfe, PLACE_BYTES), jpeg.subarray(2)])
}

export function chunk(name: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(content.length)
  return Buffer.concat([Buffer.from(name), length, content, Buffer.alloc(content.length % 2)])
}

/** @param flags of what there is beside its pixels, and whether it moves */
export function webpOf(width: number, height: number, flags: number, ...chunks: Buffer[]): Buffer {
  const head = Buffer.alloc(10)
  head[0] = flags
  head.writeUIntLE(width - 1, 4, 3)
  head.writeUIntLE(height - 1, 7, 3)
  const content = Buffer.concat([Buffer.from('WEBP'), chunk('VP8X', head), ...chunks])
  return chunk('RIFF', content)
}

/** Its pixels, without the colours that a browser may have put there. */
function pixelsOf(webp: Buffer): Buffer {
  const chunks: Buffer[] = []
  for (let at = 12; at < webp.length; ) {
    const length = webp.readUInt32LE(at + 4)
    const next = at + 8 + length + (length % 2)
    if (/^VP8[ L]$/.test(webp.toString('latin1', at, at + 4))) chunks.push(webp.subarray(at, next))
    at = next
  }
  return Buffer.concat(chunks)
}

/** As a camera would have made it of this one. */
export function tellingWebp(webp: Buffer, width: number, height: number): Buffer {
  return webpOf(width, height, 0x08, pixelsOf(webp), chunk('EXIF', exif()))
}

/** One that moves: the same pixels twice. */
export function movingWebp(webp: Buffer, width: number, height: number): Buffer {
  const frame = Buffer.alloc(16)
  frame.writeUIntLE(width - 1, 6, 3)
  frame.writeUIntLE(height - 1, 9, 3)
  frame.writeUIntLE(100, 12, 3)
  const frames = [0, 1].map(() => chunk('ANMF', Buffer.concat([frame, pixelsOf(webp)])))
  return webpOf(width, height, 0x0a, chunk('ANIM', Buffer.alloc(6)), ...frames, chunk('EXIF', exif()))
}

/** A picture as the browser of a page writes it. */
export async function drawnBy(page: Page, type: string, width: number, height: number): Promise<Buffer> {
  const bytes = await page.evaluate(
    async ([type, width, height]) => {
      const canvas = new OffscreenCanvas(width, height)
      canvas.getContext('2d', { alpha: false })?.fillRect(0, 0, width / 2, height)
      const blob = await canvas.convertToBlob({ type })
      return [...new Uint8Array(await blob.arrayBuffer())]
    },
    [type, width, height] as const,
  )
  return Buffer.from(bytes)
}

import { describe, expect, test } from 'vitest'
import { chunk, exif, PLACE, segment, tellingJpeg, tellingWebp, webpOf } from '#tests/support/telling-pictures.ts'
import { bareGif } from './gif.ts'
import { bareJpeg } from './jpeg.ts'
import { bareWebp } from './webp.ts'

type Bare = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array[] | undefined

function bared(bare: Bare, ...pieces: (Buffer | string)[]): Buffer | undefined {
  const whole = Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)))
  const left = bare(new Uint8Array(whole))
  return left && Buffer.concat(left)
}

describe('a JPEG', () => {
  const start = Buffer.from([0xff, 0xd8])
  const end = Buffer.from([0xff, 0xd9])
  const scan = segment(0xda, Buffer.from([1, 2, 3]))
  const pixels = Buffer.from([7, 0xff, 0, 8, 0xff, 0xd0, 9])
  const jfif = segment(0xe0, Buffer.from('JFIF\0\x01'))
  const colours = [segment(0xe2, Buffer.from('ICC_PROFILE\0\x01\x01')), segment(0xee, Buffer.from('Adobe\0'))]
  const tables = segment(0xdb, Buffer.alloc(67))
  const plain = [jfif, ...colours, tables, scan, pixels, scan, pixels]

  test('keeps its pixels, its colours and its way up, and nothing of where it was taken', () => {
    const telling = tellingJpeg(Buffer.concat([start, ...plain, end]))
    const left = bared(bareJpeg, telling)
    expect(left?.includes(PLACE)).toBe(false)
    const turned = segment(0xe1, Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0'))
    expect(left).toEqual(Buffer.concat([start, turned, ...plain, end]))
  })

  test('loses what stands behind it, and what applications put there', () => {
    const app13 = segment(0xed, Buffer.from(`Photoshop 3.0\0${PLACE}`))
    const another = tellingJpeg(Buffer.concat([start, ...plain, end]))
    expect(bared(bareJpeg, start, app13, ...plain, end, another)).toEqual(Buffer.concat([start, ...plain, end]))
  })

  test('whose list of what it tells leads nowhere loses it', () => {
    const app1 = segment(0xe1, Buffer.from('Exif\0\0MM\0*\xff\xff\xff\xff', 'latin1'))
    expect(bared(bareJpeg, start, app1, ...plain, end)).toEqual(Buffer.concat([start, ...plain, end]))
  })

  test.each([
    ['without pixels', [start, jfif, end]],
    ['with something between its segments', [start, 'x', ...plain, end]],
    ['cut off in a segment', [start, jfif.subarray(0, 8)]],
  ])('that is not built as one is left alone: %s', (_, pieces) => {
    expect(bared(bareJpeg, ...pieces)).toBeUndefined()
  })
})

describe('a WebP', () => {
  const pixels = chunk('VP8L', Buffer.from([1, 2, 3]))
  const simple = chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), pixels]))

  test('keeps its pixels, and says that it tells nothing else', () => {
    expect(bared(bareWebp, tellingWebp(simple, 3, 2), PLACE)).toEqual(webpOf(3, 2, 0, pixels))
    expect(bared(bareWebp, webpOf(3, 2, 0x0c, pixels, chunk('XMP ', exif())))).toEqual(webpOf(3, 2, 0, pixels))
  })

  test('that is cut off is left alone', () => {
    expect(bared(bareWebp, simple.subarray(0, -2))).toBeUndefined()
    expect(bared(bareWebp, simple.subarray(0, 16))).toBeUndefined()
  })
})

describe('a GIF', () => {
  const head = 'GIF89a\x01\0\x01\0\x80\0\0aaabbb'
  const loops = '!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0'
  const image = '!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\x80aaabbb\x02\x02xx\0'
  const comment = `!\xfe${String.fromCharCode(PLACE.length)}${PLACE}\0`
  const xmp = `!\xff\x0bXMP DataXMP${String.fromCharCode(PLACE.length)}${PLACE}\0`

  test('keeps its pixels and how it moves, and nothing of where it was taken', () => {
    const left = bared(bareGif, head, loops, comment, image, xmp, image, ';', PLACE)
    expect(left?.toString('latin1')).toBe(`${head}${loops}${image}${image};`)
  })

  test('that is cut off, or has something between its blocks, is left alone', () => {
    expect(bared(bareGif, head, image)).toBeUndefined()
    expect(bared(bareGif, head, image.slice(0, -3))).toBeUndefined()
    expect(bared(bareGif, head, 'x', image, ';')).toBeUndefined()
  })
})

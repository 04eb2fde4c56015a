import type { FileInput } from '#client/index.ts'
import { fileNameOf } from './file-name.ts'
import { type PictureKind, pictureKindOf } from './picture-kind.ts'

/** Larger ones are not drawn: to decode them may be too much for this device. */
const MAX_DRAWN_BYTES = 40 * 1024 * 1024
/** Nor are these read as a whole. */
const MAX_READ_BYTES = 256 * 1024 * 1024
/** As many as every browser draws. A picture that has more is drawn smaller: rather that than where it was taken. */
const MAX_PIXELS = 16_000_000
const QUALITY = 0.92
const PREVIEW_PX = 640
const PREVIEW_QUALITY = 0.8
/** A picture that is smaller needs no preview. */
const SMALL_BYTES = 100 * 1024
const NO_TYPE = 'application/octet-stream'
const SEEN = /^(image|video)\//
const ENDING = /\.[^.]*$/

export type Prepared = {
  readonly input: FileInput
  /** It is to be seen, and goes with all that it may tell beside that: where it was taken, say. */
  readonly isAsItIs: boolean
}

type Plain = FileInput & { readonly bytes: Blob }

const known = new WeakMap<File, Promise<Prepared>>()
/** One after the other: many photos are more than a phone holds at once. */
let last: Promise<unknown> = Promise.resolve()

/** What is sent of a file that somebody chose: pictures without what they tell beside their pixels, and with a preview. */
export function prepare(file: File): Promise<Prepared> {
  return known.get(file) ?? begin(file)
}

function begin(file: File): Promise<Prepared> {
  const preparing = last.then(() => prepared(file))
  known.set(file, preparing)
  last = preparing.catch(() => known.delete(file))
  return preparing
}

async function prepared(file: File): Promise<Prepared> {
  // One that cannot be read is said to be so when it is hashed.
  const kind = await pictureKindOf(file).catch(() => undefined)
  const plain = { name: fileNameOf(file.name), type: kind?.type ?? typeOf(file.type), bytes: file }
  if (!kind) return { input: plain, isAsItIs: SEEN.test(plain.type) }
  const picture = file.size > MAX_DRAWN_BYTES ? undefined : await createImageBitmap(file).catch(() => undefined)
  try {
    const bare = (picture && (await drawnAnew(plain, kind, picture))) ?? (await bared(plain, kind))
    const input = bare ?? plain
    return { input: picture ? await asPicture(input, picture) : input, isAsItIs: !bare }
  } finally {
    picture?.close()
  }
}

async function drawnAnew(
  plain: Plain,
  { drawnAs, bare }: PictureKind,
  picture: ImageBitmap,
): Promise<Plain | undefined> {
  if (!drawnAs) return undefined
  const size = scaled(picture, Math.min(1, Math.sqrt(MAX_PIXELS / (picture.width * picture.height))))
  const bytes = await draw(picture, size, drawnAs, QUALITY)
  // Another type than it should be may be much larger.
  if (bytes.type !== drawnAs && bare) return undefined
  const { type } = bytes
  return { name: type === plain.type ? plain.name : renamed(plain.name, type), type, bytes, size }
}

async function bared(plain: Plain, { bare }: PictureKind): Promise<Plain | undefined> {
  if (!bare || plain.bytes.size > MAX_READ_BYTES) return undefined
  const bytes = await plain.bytes.arrayBuffer().catch(() => undefined)
  const pieces = bytes && bare(new Uint8Array(bytes))
  return pieces && { ...plain, bytes: new Blob(pieces, { type: plain.type }) }
}

/** With its size, and a preview. */
async function asPicture(plain: Plain, picture: ImageBitmap): Promise<FileInput> {
  const size = plain.size ?? scaled(picture, 1)
  const scale = PREVIEW_PX / Math.max(size.width, size.height)
  if (scale >= 1 && plain.bytes.size <= SMALL_BYTES) return { ...plain, size }
  const small = scaled(size, Math.min(1, scale))
  const preview = await draw(picture, small, 'image/webp', PREVIEW_QUALITY)
  return { ...plain, size, preview: { type: preview.type, bytes: preview, size: small } }
}

async function draw(picture: ImageBitmap, { width, height }: Size, type: string, quality: number): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height)
  return new Promise((resolve, reject) => {
    // A browser that cannot write the type writes another one, and says which.
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture could not be drawn'))), type, quality)
  })
}

type Size = { readonly width: number; readonly height: number }

function scaled({ width, height }: Size, scale: number): Size {
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Told apart by its ending on many devices. */
function renamed(name: string, type: string): string {
  return fileNameOf(`${name.replace(ENDING, '')}.${type.replace('image/', '')}`)
}

function typeOf(type: string): string {
  const [plain = ''] = type.toLowerCase().split(';')
  return /^[a-z0-9][\w!#$&^.+-]{0,63}\/[a-z0-9][\w!#$&^.+-]{0,63}$/.test(plain.trim()) ? plain.trim() : NO_TYPE
}

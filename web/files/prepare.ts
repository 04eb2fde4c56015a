import type { FileInput } from '#client/index.ts'
import { fileNameOf } from './file-name.ts'

/** Pictures whose pixels are all that is wanted of them: where and with what they were taken is nobody's business. */
const REDRAWN = ['image/jpeg', 'image/png']
const SHOWN = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']
/** Larger ones go as they are: to decode them may be too much for this device. */
const MAX_FILE_BYTES = 40 * 1024 * 1024
/** As many as every browser draws. A picture that has more is drawn smaller: rather that than where it was taken. */
const MAX_PIXELS = 16_000_000
const QUALITY = 0.92
const PREVIEW_PX = 640
const PREVIEW_QUALITY = 0.8
/** A picture that is smaller needs no preview. */
const SMALL_BYTES = 100 * 1024
const NO_TYPE = 'application/octet-stream'

/** What is sent of a file that somebody chose: pictures without what they tell beside their pixels, and with a preview. */
export async function prepare(file: File): Promise<FileInput> {
  const plain = { name: fileNameOf(file.name), type: typeOf(file.type), bytes: file }
  if (!SHOWN.includes(plain.type) || file.size > MAX_FILE_BYTES) return plain
  const picture = await createImageBitmap(file).catch(() => undefined)
  if (!picture) return plain
  try {
    return await asPicture(plain, picture)
  } finally {
    picture.close()
  }
}

async function asPicture(plain: FileInput & { readonly bytes: File }, picture: ImageBitmap): Promise<FileInput> {
  const isRedrawn = REDRAWN.includes(plain.type)
  const pixels = picture.width * picture.height
  const size = scaled(picture, isRedrawn ? Math.min(1, Math.sqrt(MAX_PIXELS / pixels)) : 1)
  const bytes = isRedrawn ? await draw(picture, size, plain.type, QUALITY) : plain.bytes
  const scale = PREVIEW_PX / Math.max(size.width, size.height)
  if (scale >= 1 && bytes.size <= SMALL_BYTES) return { ...plain, bytes, size }
  const small = scaled(size, Math.min(1, scale))
  const preview = await draw(picture, small, 'image/webp', PREVIEW_QUALITY)
  return { ...plain, bytes, size, preview: { type: preview.type, bytes: preview, size: small } }
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

function typeOf(type: string): string {
  const [plain = ''] = type.toLowerCase().split(';')
  return /^[a-z0-9][\w!#$&^.+-]{0,63}\/[a-z0-9][\w!#$&^.+-]{0,63}$/.test(plain.trim()) ? plain.trim() : NO_TYPE
}

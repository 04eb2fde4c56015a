import { type Context, Hono } from 'hono'
import { type Content, type Download, TRANSFER_LASTS_MS } from '#durable/ports/object-store.ts'
import type { SignedUrls } from './signed-urls.ts'

export const OBJECTS_PATH = '/objects'

/** Slower than the slowest of mobile networks: nobody is served by waiting for it. */
const SLOWEST_BYTES_PER_MS = 4
const PATIENCE_MS = 60_000

/** Which object, or which part of one that comes in parts. */
export type Place = { readonly key: string; readonly part?: { readonly upload: string; readonly number: number } }

export type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>

/** What became of an upload: `cut off` before its end, by whoever sent it or because it took too long. */
export type Received = 'kept' | 'different' | 'cut off' | 'no space'

/** The bytes of objects where the host itself keeps them. */
export interface ObjectFiles {
  /** Keeps the bytes if they are what was declared; otherwise, and when the signal ends it, nothing of them stays. */
  write(place: Place, content: Content, bytes: Bytes, signal: AbortSignal): Promise<Received>
  /** `end` is the first byte that is not wanted any more. */
  read(key: string): Promise<{ readonly bytes: number; from(start: number, end: number): Bytes } | undefined>
}

export type ObjectRoutesOptions = {
  readonly files: ObjectFiles
  readonly urls: SignedUrls
  readonly now: () => number
  /** How long an upload may take beside what its length explains. */
  readonly patienceMs?: number
}

/**
 * Takes and hands out objects to whoever has a URL that was signed for it. What is handed out can neither run in the
 * page's origin nor be taken for something else.
 */
export function objectRoutes({ files, urls, now, patienceMs = PATIENCE_MS }: ObjectRoutesOptions): Hono {
  const app = new Hono()
  const signed = (c: Context, method: string) => urls.open(method, c.req.path, new URL(c.req.url).searchParams, now())

  app.put(`${OBJECTS_PATH}/:key`, async (c) => {
    const parameters = signed(c, 'PUT')
    if (!parameters) return c.text('This address has expired, or was changed.\n', 403)
    const content = { bytes: Number(parameters.bytes), sha256: parameters.sha256 ?? '' }
    if (Number(c.req.header('content-length')) !== content.bytes) return c.text('Not the length declared.\n', 400)
    const body = c.req.raw.body ?? new Blob([]).stream()
    const patience = Math.min(patienceMs + content.bytes / SLOWEST_BYTES_PER_MS, TRANSFER_LASTS_MS)
    const signal = AbortSignal.timeout(Math.ceil(patience))
    switch (await files.write(placeIn(c.req.param('key'), parameters), content, body as Bytes, signal)) {
      case 'kept':
        return c.body(null, 200)
      case 'different':
        return c.text('Not the content declared.\n', 400)
      case 'cut off':
        return c.text('It took too long.\n', 408)
      case 'no space':
        return c.text('The server has no space left.\n', 507)
    }
  })

  app.get(`${OBJECTS_PATH}/:key`, async (c) => {
    const parameters = signed(c, 'GET')
    if (!parameters) return c.text('This address has expired, or was changed.\n', 403)
    const object = await files.read(c.req.param('key'))
    if (!object) return c.text('This is not here any more.\n', 404)
    const range = rangeIn(c.req.header('range'), object.bytes)
    if (range === 'unsatisfiable') return c.body(null, 416, { 'content-range': `bytes */${object.bytes}` })
    const { start, end } = range ?? { start: 0, end: object.bytes }
    return c.body(object.from(start, end), range ? 206 : 200, {
      ...headersOf(parameters),
      'content-length': String(end - start),
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${object.bytes}` }),
    })
  })

  return app
}

/** What a URL for a PUT says besides who signed it. */
export function putParameters({ part }: Place, { bytes, sha256 }: Content): Record<string, string> {
  return { bytes: String(bytes), sha256, ...(part && { upload: part.upload, part: String(part.number) }) }
}

export function getParameters({ name, type, disposition }: Download): Record<string, string> {
  return { name, type, as: disposition }
}

function placeIn(key: string, { upload, part }: Record<string, string>): Place {
  return upload === undefined ? { key } : { key, part: { upload, number: Number(part) } }
}

function headersOf({ name = '', type = '', as = '' }: Record<string, string>): Record<string, string> {
  return {
    'content-type': type,
    'content-disposition': contentDisposition(name, as === 'inline' ? 'inline' : 'attachment'),
    'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=300',
  }
}

/** RFC 6266: a name in any script, and one for whoever reads only ASCII. */
export function contentDisposition(name: string, disposition: Download['disposition']): string {
  const ascii = name.replaceAll(/[^\w. -]/g, '_')
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
  return `${disposition}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

/** One range of bytes. Several at once, and other units, are answered with the whole, as RFC 9110 allows. */
function rangeIn(
  header: string | undefined,
  bytes: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? bytes : Math.min(Number(last) + 1, bytes)
  return start < end ? { start, end } : 'unsatisfiable'
}

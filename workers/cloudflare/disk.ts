import type { MiddlewareHandler } from 'hono'
import { serveStatic } from 'hono/serve-static'

/**
 * The files of the web client from a folder that workerd serves, as node-host serves them: with their types, and in the
 * compressed copies that lie beside them.
 */
export function diskClient(disk: Fetcher): { readonly files: MiddlewareHandler; readonly page: MiddlewareHandler } {
  const options = { root: '/', precompressed: true, getContent: (path: string) => readFile(disk, path) }
  return {
    files: serveStatic({ ...options, isDir: (path) => path === '/' }),
    page: serveStatic({ ...options, path: '/index.html' }),
  }
}

/** What workerd lists as JSON is a folder; a file of whatever ending comes as bytes of no type. */
const FOLDER = 'application/json'

async function readFile(disk: Fetcher, path: string): Promise<ArrayBuffer | null> {
  const found = await disk.fetch(new URL(path, 'http://disk/'))
  const bytes = await found.arrayBuffer()
  return found.ok && found.headers.get('content-type') !== FOLDER ? bytes : null
}

/** What comes from a compressed copy is sent as it is: workerd would compress it once more. */
export function sendCompressed(answer: Response): Response {
  if (!answer.headers.has('content-encoding')) return answer
  const { body, status, headers } = answer
  return new Response(body, { status, headers, encodeBody: 'manual' })
}

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import type { MiddlewareHandler } from 'hono'

/** Where the built web client is: beside the built host, or in dist/ when the host runs from its source. */
const FOLDER = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../dist/web' : '../web', import.meta.url))

const NOT_BUILT = 'The web client is not built: start Snug with npm start.\n'

/** The files of the web client, and its page for every path that is none. */
export function webClient(): { readonly files: MiddlewareHandler; readonly page: MiddlewareHandler } {
  if (!existsSync(FOLDER)) {
    return { files: (_c, next) => next(), page: async (c) => c.text(NOT_BUILT, 503) }
  }
  const files = serveStatic({ root: FOLDER, precompressed: true, index: 'index.html' })
  return { files, page: serveStatic({ root: FOLDER, path: 'index.html', precompressed: true }) }
}

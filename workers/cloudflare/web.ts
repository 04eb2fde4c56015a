import type { MiddlewareHandler, Next } from 'hono'

/** The files of the web client, and its page for every path that is none. */
export function webClient(assets: Fetcher): { readonly files: MiddlewareHandler; readonly page: MiddlewareHandler } {
  return {
    files: (c, next) => serve(assets, c.req.raw, new URL(c.req.url), next),
    page: (c, next) => serve(assets, c.req.raw, new URL('/', c.req.url), next),
  }
}

async function serve(assets: Fetcher, request: Request, url: URL, next: Next): Promise<Response | undefined> {
  const found = await assets.fetch(new Request(url, request))
  // What fetch answers is immutable, and the edge adds its headers.
  if (found.status !== 404) return new Response(found.body, found)
  await next()
  return undefined
}

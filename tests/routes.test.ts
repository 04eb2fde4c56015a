import { setImmediate } from 'node:timers/promises'
import type { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { ROWS } from '#workers/backup/rows-protocol.ts'
import { roleTable } from './support/role-tables.ts'
import { BYTES, type RouteSite, routeSite, SITE_NAMES, type SiteName } from './support/route-sites.ts'
import { SmallWorld } from './support/small-world.ts'
import { changedTables, storedRows } from './support/stored-tables.ts'

const SECRET = 'a-secret-that-only-tests-know'
const allowed = roleTable('R2')

/** What each route says, and none but it, where it is carried out. */
const SAYS: Readonly<Record<string, RegExp>> = {
  'GET /healthz': /^{"status":"ok"}$/,
  'GET /ws': /opens its WebSocket/,
  'GET /metrics': /^up 1$/,
  'POST /claim': /^http:\/\/localhost\/join\/[\w-]{22}\n$/,
  'POST /drain': /^drained\n$/,
  'POST /rows/tables': /^\["claims"\]$/,
  'POST /rows/page': /^\[\["a name","a user"\]\]$/,
  'POST /rows/commit': /^null$/,
  'POST /rows/pause': /^true$/,
  'PUT /objects/:key': /^$/,
  'GET /objects/:key': /^a picture$/,
  'GET *': /^<!doctype html>$/,
}

const ROWS_ROUTES = Object.values(ROWS).map((path) => `POST ${path}`)

/** What each host serves to whoever has its secret. */
const SERVES: Readonly<Record<SiteName, readonly string[]>> = {
  'node-host': ['GET /metrics', 'PUT /objects/:key', 'GET /objects/:key'],
  Cloudflare: ['POST /claim', ...ROWS_ROUTES],
  'standalone workerd': ['POST /claim', 'POST /drain', ...ROWS_ROUTES],
}

/** What is asked of the rows of an actor. */
const ROWS_BODY = JSON.stringify({ actor: 'directory:0', table: 'claims', limit: 1, writes: [], forMs: 1 })

const OBJECT = '/objects/an-object'
/** Of an upload, and of a download. */
const PARAMETERS = {
  bytes: String(BYTES.length),
  sha256: 'a-hash',
  type: 'image/png',
  name: 'a.png',
  disposition: 'inline',
}

/** Whatever an app answers; what it does on the way to all that is below a path is no route. */
function routesOf(app: Hono): string[] {
  const handled = app.routes.filter(({ method, path }) => method !== 'ALL' || !path.endsWith('*'))
  return [...new Set(handled.map(({ method, path }) => `${method} ${path === '/*' ? '*' : path}`))]
}

async function ask({ app, urls }: RouteSite, route: string, secret?: string): Promise<Response> {
  const [method = '', pattern = ''] = route.split(' ')
  const headers: Record<string, string> = secret === undefined ? {} : { authorization: `Bearer ${secret}` }
  if (pattern === '*') return app.request('/settings', { method, headers: { ...headers, accept: 'text/html' } })
  if (pattern.startsWith('/rows')) return app.request(pattern, { method, headers, body: ROWS_BODY })
  if (!pattern.startsWith('/objects')) return app.request(pattern, { method, headers })
  const path = secret === SECRET ? urls.sign(method, OBJECT, PARAMETERS, 1) : OBJECT
  const upload = method === 'PUT' && { body: BYTES, headers: { ...headers, 'content-length': String(BYTES.length) } }
  return app.request(path, { method, headers, ...upload })
}

/** What is stored on the server, and what else was done at somebody's word. */
function traceOf({ world, drained, metricsRead, objectsWritten, rowsAsked }: RouteSite) {
  return { stored: storedRows(world.disk), drained, metricsRead, objectsWritten, rowsAsked: [...rowsAsked] }
}

const routes = new Map(SITE_NAMES.map((name) => [name, routesOf(routeSite(name, new SmallWorld(), SECRET).app)]))

test('R2: the table of durable/SPEC.md has a row for every route of some host', () => {
  expect([...new Set([...routes.values()].flat())].sort()).toEqual([...allowed.keys()].sort())
  expect(Object.keys(SAYS).sort()).toEqual([...allowed.keys()].sort())
})

test('R2: a route that one host alone has is seen, whatever method it is for', () => {
  const { app } = routeSite('Cloudflare', new SmallWorld(), SECRET)
  app.get('/left-open', (c) => c.text('come in'))
  app.all('/wide-open', (c) => c.text('come in'))
  const added = routesOf(app).filter((route) => !allowed.has(route))
  expect(added).toEqual(['GET /left-open', 'ALL /wide-open'])
})

describe.each(SITE_NAMES)('%s', (name) => {
  test.each(routes.get(name) ?? [])('R2: %s', async (route) => {
    const site = routeSite(name, await SmallWorld.start(), SECRET)
    const expected = allowed.get(route)
    // Its metrics are for whoever has a token, and a Worker takes none.
    const isServed = route !== 'GET /metrics' || SERVES[name].includes(route)
    for (const secret of [undefined, 'another', `${SECRET}x`, SECRET.slice(0, -1)]) {
      const before = traceOf(site)
      const { status, text } = await tellOf(site, route, secret)
      expect([secret, String(status)]).toEqual([secret, isServed ? expected?.get('stranger') : '404'])
      if (expected?.get('stranger') === '401') expect(text).not.toMatch(SAYS[route] ?? '')
      expect(traceOf(site)).toEqual(before)
    }
    const { status, text } = await tellOf(site, route, SECRET)
    if (isServed)
      expect([String(status), text]).toEqual([expected?.get('has it'), expect.stringMatching(SAYS[route] ?? '')])
    else expect(status).toBe(404)
  })

  test('R2: whoever has the secret is served: an invitation is stored, clients are sent away, counters are read', async () => {
    const site = routeSite(name, await SmallWorld.start(), SECRET)
    const { stored } = traceOf(site)
    const served = SERVES[name]
    for (const route of served) await tellOf(site, route, SECRET)
    expect(site).toMatchObject({
      drained: served.includes('POST /drain') ? 8 : 0,
      rowsAsked: served.includes('POST /rows/pause') ? ['tables', 'page', 'commit', ...Array(8).fill('pause')] : [],
      metricsRead: served.includes('GET /metrics') ? 1 : 0,
      objectsWritten: served.includes('PUT /objects/:key') ? 1 : 0,
    })
    const claimed = served.includes('POST /claim') ? ['directory invitations'] : []
    expect(changedTables(stored, storedRows(site.world.disk))).toEqual(claimed)
  })

  test('R2: what a host was given no secret for is not there', async () => {
    const site = routeSite(name, new SmallWorld(), undefined)
    for (const route of ['POST /claim', 'POST /drain', 'GET /metrics', ...ROWS_ROUTES])
      for (const secret of [SECRET, 'undefined', '']) expect((await ask(site, route, secret)).status).toBe(404)
  })
})

async function tellOf(site: RouteSite, route: string, secret?: string) {
  const answer = await whileTimePasses(site.world, ask(site, route, secret))
  return { status: answer.status, text: await answer.text() }
}

/** Tokens are compared in real time, actors answer in that of their world. */
async function whileTimePasses<T>(world: SmallWorld, promise: Promise<T>): Promise<T> {
  let isSettled = false
  const settled = promise.finally(() => {
    isSettled = true
  })
  while (!isSettled) {
    await world.pass(10)
    await setImmediate()
  }
  return settled
}

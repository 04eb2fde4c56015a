import { setImmediate } from 'node:timers/promises'
import { Hono, type MiddlewareHandler } from 'hono'
import { expect, test } from 'vitest'
import { projectFiles, read } from '#tests/house/files.ts'
import { roleTable } from '#tests/support/role-tables.ts'
import { SmallWorld } from '#tests/support/small-world.ts'
import { changedTables, storedRows } from '#tests/support/stored-tables.ts'
import { createApp } from '#workers/app.ts'
import type { ObjectRoutesOptions } from '#workers/object-routes.ts'
import { SignedUrls } from '#workers/signed-urls.ts'
import { claimRoute } from './claim.ts'
import { drainRoute } from './drain.ts'

const SECRET = 'a-secret-that-only-tests-know'
const allowed = roleTable('R2')

const page: MiddlewareHandler = async (c) => c.html('<!doctype html>')
const note = () => {}

const HONO = /^import \{[^}]*\bHono\b[^}]*\} from 'hono'/m
/** As one is added to an app of Hono. */
const ROUTE = /\.(get|post|put|patch|delete|all|on)\(\s*['"`]\//

/** What each route says, and none but it, where it is carried out. */
const SAYS: Readonly<Record<string, RegExp>> = {
  'GET /healthz': /^{"status":"ok"}$/,
  'GET /ws': /opens its WebSocket/,
  'GET /metrics': /^up 1$/,
  'POST /claim': /^http:\/\/localhost\/join\/[\w-]{22}\n$/,
  'POST /drain': /^drained\n$/,
  'PUT /objects/:key': /^$/,
  'GET /objects/:key': /^a picture$/,
  'GET *': /^<!doctype html>$/,
}

type Site = {
  readonly app: Hono
  readonly world: SmallWorld
  readonly urls: SignedUrls
  drained: number
  metricsRead: number
  objectsWritten: number
}

const OBJECT = '/objects/an-object'
const BYTES = 'a picture'
/** Of an upload, and of a download. */
const PARAMETERS = {
  bytes: String(BYTES.length),
  sha256: 'a-hash',
  type: 'image/png',
  name: 'a.png',
  disposition: 'inline',
}

/** Every route that any host has, each with its secret. */
function everything(world: SmallWorld, secret: string | undefined): Site {
  const app = new Hono()
  const urls = new SignedUrls(new TextEncoder().encode('signs for the tests'))
  const site: Site = { app, world, urls, drained: 0, metricsRead: 0, objectsWritten: 0 }
  const objects: ObjectRoutesOptions = {
    urls,
    now: () => 0,
    files: {
      async write() {
        site.objectsWritten++
        return 'kept'
      },
      read: async () => ({ bytes: BYTES.length, from: () => new Blob([BYTES]).stream() }),
    },
  }
  const drain = async () => {
    site.drained++
  }
  const read = async () => {
    site.metricsRead++
    return { type: 'text/plain', text: 'up 1' }
  }
  app.route('/', claimRoute({ secret, publicUrl: undefined, peers: () => world.peers }))
  app.route('/', drainRoute(secret, drain))
  const metrics = secret === undefined ? {} : { metrics: { token: secret, read } }
  const log = { info: note, warn: note, error: note }
  app.route('/', createApp({ health: () => 'ok', files: page, page, log, objects, ...metrics }))
  return site
}

function routesOf(app: Hono): string[] {
  const handled = app.routes.filter(({ method }) => method !== 'ALL')
  return [...new Set(handled.map(({ method, path }) => `${method} ${path === '/*' ? '*' : path}`))]
}

async function ask({ app, urls }: Site, route: string, secret?: string): Promise<Response> {
  const [method = '', pattern = ''] = route.split(' ')
  const headers: Record<string, string> = secret === undefined ? {} : { authorization: `Bearer ${secret}` }
  if (!pattern.startsWith('/objects')) return app.request(pattern === '*' ? '/anything' : pattern, { method, headers })
  const path = secret === SECRET ? urls.sign(method, OBJECT, PARAMETERS, 1) : OBJECT
  const upload = method === 'PUT' && { body: BYTES, headers: { ...headers, 'content-length': String(BYTES.length) } }
  return app.request(path, { method, headers, ...upload })
}

/** What is stored on the server, and what else was done at somebody's word. */
function traceOf({ world, drained, metricsRead, objectsWritten }: Site) {
  return { stored: storedRows(world.disk), drained, metricsRead, objectsWritten }
}

test('R2: the table of durable/SPEC.md has a row for every route', () => {
  expect(routesOf(everything(new SmallWorld(), SECRET).app).sort()).toEqual([...allowed.keys()].sort())
  expect(Object.keys(SAYS).sort()).toEqual([...allowed.keys()].sort())
})

test('R2: no other file makes a route: hosts only put these together', () => {
  const ofHosts = projectFiles(/^(workers|node-host|deploy)\/.*(?<!\.test)\.ts$/)
  const made = ofHosts.filter((file) => HONO.test(read(file)) || ROUTE.test(read(file)))
  expect(made.sort()).toEqual([
    'workers/app.ts',
    'workers/cloudflare/claim.ts',
    'workers/cloudflare/drain.ts',
    'workers/object-routes.ts',
  ])
})

test.each([...allowed.keys()])('R2: %s', async (route) => {
  const site = everything(await SmallWorld.start(), SECRET)
  const expected = allowed.get(route)
  for (const secret of [undefined, 'another', `${SECRET}x`, SECRET.slice(0, -1)]) {
    const before = traceOf(site)
    const { status, text } = await tellOf(site, route, secret)
    expect([secret, String(status)]).toEqual([secret, expected?.get('stranger')])
    if (expected?.get('stranger') === '401') expect(text).not.toMatch(SAYS[route] ?? '')
    expect(traceOf(site)).toEqual(before)
  }
  const { status, text } = await tellOf(site, route, SECRET)
  expect([String(status), text]).toEqual([expected?.get('has it'), expect.stringMatching(SAYS[route] ?? '')])
})

test('R2: whoever has the secret is served: an invitation is stored, clients are sent away, counters are read', async () => {
  const site = everything(await SmallWorld.start(), SECRET)
  const before = traceOf(site)
  for (const route of ['POST /claim', 'POST /drain', 'GET /metrics', 'PUT /objects/:key'])
    await tellOf(site, route, SECRET)
  expect([site.drained, site.metricsRead, site.objectsWritten]).toEqual([1, 1, 1])
  expect(changedTables(before.stored, storedRows(site.world.disk))).toEqual(['directory invitations'])
})

test('R2: what a host was given no secret for is not there', async () => {
  const site = everything(new SmallWorld(), undefined)
  for (const route of ['POST /claim', 'POST /drain', 'GET /metrics'])
    for (const secret of [SECRET, 'undefined', '']) expect((await ask(site, route, secret)).status).toBe(404)
})

async function tellOf(site: Site, route: string, secret?: string) {
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

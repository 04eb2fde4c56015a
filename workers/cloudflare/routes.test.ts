import { setImmediate } from 'node:timers/promises'
import { Hono, type MiddlewareHandler } from 'hono'
import { expect, test } from 'vitest'
import { roleTable } from '#tests/support/role-tables.ts'
import { SmallWorld } from '#tests/support/small-world.ts'
import { createApp } from '#workers/app.ts'
import { claimRoute } from './claim.ts'
import { drainRoute } from './drain.ts'

const SECRET = 'a-secret-that-only-tests-know'
const allowed = roleTable('R2')

const page: MiddlewareHandler = async (c) => c.html('<!doctype html>')
const note = () => {}

/** Every route that any host has, each with its secret. */
function everything(world: SmallWorld, secret: string | undefined): Hono {
  const app = new Hono()
  const peers = () => world.peers
  app.route('/', claimRoute({ secret, publicUrl: undefined, peers }))
  app.route(
    '/',
    drainRoute(secret, async () => {}),
  )
  const metrics =
    secret === undefined ? {} : { metrics: { token: secret, read: async () => ({ type: 'text/plain', text: '' }) } }
  const log = { info: note, warn: note, error: note }
  app.route('/', createApp({ health: () => 'ok', files: page, page, log, ...metrics }))
  return app
}

function routesOf(app: Hono): string[] {
  const handled = app.routes.filter(({ method }) => method !== 'ALL')
  return [...new Set(handled.map(({ method, path }) => `${method} ${path === '/*' ? '*' : path}`))]
}

function ask(app: Hono, route: string, secret?: string): Promise<Response> {
  const [method = '', path = ''] = route.split(' ')
  const headers: Record<string, string> = secret === undefined ? {} : { authorization: `Bearer ${secret}` }
  return Promise.resolve(app.request(path === '*' ? '/anything' : path, { method, headers }))
}

test('R2: the table of durable/SPEC.md has a row for every route', () => {
  expect(routesOf(everything(new SmallWorld(), SECRET)).sort()).toEqual([...allowed.keys()].sort())
})

test.each([...allowed.keys()])('R2: %s', async (route) => {
  const world = await SmallWorld.start()
  const app = everything(world, SECRET)
  const statusFor = async (secret?: string) => String((await whileTimePasses(world, ask(app, route, secret))).status)
  const expected = allowed.get(route)
  expect(await statusFor()).toBe(expected?.get('stranger'))
  expect(await statusFor('another')).toBe(expected?.get('stranger'))
  expect(await statusFor(SECRET)).toBe(expected?.get('has it'))
})

test('R2: what a host was given no secret for is not there', async () => {
  const app = everything(new SmallWorld(), undefined)
  for (const route of ['POST /claim', 'POST /drain', 'GET /metrics'])
    expect((await ask(app, route, SECRET)).status).toBe(404)
})

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

import type { MiddlewareHandler } from 'hono'
import { describe, expect, test } from 'vitest'
import { type AppOptions, createApp } from './app.ts'

const files: MiddlewareHandler = async (c, next) => {
  const known: Record<string, string> = { '/assets/app-1a2b.js': 'script', '/icon.svg': 'icon' }
  const text = known[c.req.path]
  return text === undefined ? next() : c.text(text)
}
const page: MiddlewareHandler = async (c) => c.html('<!doctype html>')

const logged: unknown[] = []
const note = (message: string, fields?: Record<string, unknown>) => logged.push({ message, ...fields })
const common: AppOptions = { health: () => 'ok', files, page, log: { info: note, warn: note, error: note } }

const app = createApp(common)

/** As a browser asks when somebody opens a link. */
const navigation = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', host: 'chat.example:8080' } }

describe('what every host answers over HTTP', () => {
  test('/healthz says whether new connections are welcome, and nothing else', async () => {
    const ok = await app.request('/healthz')
    expect([ok.status, await ok.json()]).toEqual([200, { status: 'ok' }])
    const draining = await createApp({ ...common, health: () => 'draining' }).request('/healthz')
    expect([draining.status, await draining.json()]).toEqual([503, { status: 'draining' }])
  })

  test('/metrics is not there unless the host has a token for it', async () => {
    expect((await app.request('/metrics', navigation)).status).toBe(404)
  })

  test('/metrics wants the token', async () => {
    const metrics = {
      token: 'a-token-for-tests',
      read: async () => ({ type: 'text/plain; version=0.0.4', text: 'up 1\n' }),
    }
    const guarded = createApp({ ...common, metrics })
    expect((await guarded.request('/metrics')).status).toBe(401)
    expect((await guarded.request('/metrics', { headers: { authorization: 'Bearer other' } })).status).toBe(401)
    const answer = await guarded.request('/metrics', { headers: { authorization: 'Bearer a-token-for-tests' } })
    expect([answer.status, await answer.text()]).toEqual([200, 'up 1\n'])
  })

  test.each(['/', '/join/abc', '/room/g_abc', '/settings'])('%s is the page', async (path) => {
    const answer = await app.request(path, navigation)
    expect([answer.status, await answer.text()]).toEqual([200, '<!doctype html>'])
    expect(answer.headers.get('cache-control')).toBe('no-cache')
  })

  test('what is no page and no file is not found, even where a page would be', async () => {
    expect((await app.request('/assets/app-old.js', { headers: { accept: '*/*' } })).status).toBe(404)
    expect((await app.request('/join/abc', { method: 'POST' })).status).toBe(404)
    expect((await app.request('/assets/app-old.js')).headers.get('cache-control')).toBeNull()
  })

  test('files with a hash in their name are kept for a year, others are asked for again', async () => {
    const hashed = await app.request('/assets/app-1a2b.js')
    expect(hashed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    const plain = await app.request('/icon.svg')
    expect(plain.headers.get('cache-control')).toBe('no-cache')
    const etag = plain.headers.get('etag')
    const again = await app.request('/icon.svg', { headers: { 'if-none-match': etag ?? '' } })
    expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'no-cache'])
  })

  test('every answer forbids what the page does not need', async () => {
    for (const path of ['/', '/healthz', '/nothing.js', '/assets/app-1a2b.js']) {
      const { headers } = await app.request(path, navigation)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy.split('; ')).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "connect-src 'self' ws://chat.example:8080 wss://chat.example:8080",
          "object-src 'none'",
          "base-uri 'none'",
          "frame-ancestors 'none'",
        ]),
      )
      expect(policy).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('strict-transport-security')).toBeNull()
    }
  })

  test('a made-up host does not get into the policy', async () => {
    const { headers } = await app.request('/', { headers: { host: 'x; script-src *' } })
    expect(headers.get('content-security-policy')).toContain("connect-src 'self'")
    expect(headers.get('content-security-policy')).not.toContain('script-src *')
  })

  test('an error says nothing about its cause but in the log', async () => {
    const failing: MiddlewareHandler = () => {
      throw new Error('secret')
    }
    const answer = await createApp({ ...common, files: failing }).request('/icon.svg')
    expect([answer.status, await answer.text()]).toEqual([500, 'Something went wrong here.\n'])
    expect(logged).toMatchObject([{ message: 'a request failed', path: '/icon.svg', error: { message: 'secret' } }])
  })

  test('the socket path says what it is for', async () => {
    expect((await app.request('/ws', navigation)).status).toBe(426)
  })
})

import { once } from 'node:events'
import { connect as openStream } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientOptions } from 'ws'
import { closeCodes } from '#protocol/errors.ts'
import { MAX_FRAME_BYTES } from '#protocol/limits.ts'
import { NodeHostProcess } from '#tests/support/node-host.ts'
import { HELLO, TestSocket } from '#tests/support/test-socket.ts'

let host: NodeHostProcess

async function connect(options: ClientOptions = {}): Promise<TestSocket> {
  const socket = new TestSocket(host.socketUrl, options)
  await socket.opened
  return socket
}

describe('a running host', () => {
  beforeAll(async () => {
    host = await NodeHostProcess.start()
  })
  afterAll(() => host.dispose())

  test('prints where it is and the invitation of its owner', () => {
    expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(host.invitation).toMatch(new RegExp(`^${host.url}/join/[A-Za-z0-9_-]{22}$`))
  })

  test('/healthz answers ok and nothing more', async () => {
    const answer = await fetch(`${host.url}/healthz`)
    expect([answer.status, await answer.text()]).toEqual([200, '{"status":"ok"}'])
  })

  test('/metrics is not public', async () => {
    expect((await fetch(`${host.url}/metrics`)).status).toBe(404)
  })

  test('every answer carries the security headers', async () => {
    for (const path of ['/', '/healthz', '/nothing']) {
      const { headers } = await fetch(`${host.url}${path}`)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('content-security-policy')).toContain(`connect-src 'self' ws://${new URL(host.url).host}`)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-powered-by')).toBeNull()
    }
  })

  test('no path leads out of the folder of the web client', async () => {
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/assets/..%2f..%2fpackage.json',
      '//package.json',
    ]) {
      const answer = await fetch(host.url + path, { headers: { accept: '*/*' } })
      expect(answer.status).toBe(404)
    }
  })

  test('a client without an origin, or with our own, says hello and is answered', async () => {
    for (const options of [{}, { origin: host.url }]) {
      const socket = await connect(options)
      expect(await socket.ask(HELLO)).toMatchObject([{ type: 'welcome', version: 1, transport: 'loopback' }])
      socket.ws.close()
      await socket.closed
    }
  })

  test.each(['http://evil.example', 'null', 'http://127.0.0.1'])('a page of %s is refused', async (origin) => {
    const socket = new TestSocket(host.socketUrl, { origin })
    expect(await socket.opened).toBe(403)
  })

  test('a socket elsewhere than at /ws is refused', async () => {
    expect(await new TestSocket(host.socketUrl.replace('/ws', '/socket')).opened).toBe(404)
  })

  test('a proxy that is not trusted cannot pretend; one on this machine tells who the client is', async () => {
    const proxied = await connect({ headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' } })
    expect(await proxied.ask(HELLO)).toMatchObject([{ transport: 'https' }])
    const plain = await connect({ headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'http' } })
    expect(await plain.ask(HELLO)).toMatchObject([{ transport: 'insecure' }])
    for (const { ws } of [proxied, plain]) ws.close()
  })

  test('bad frames are closed with their code, and the next good one of somebody else is answered', async () => {
    const bystander = await connect()
    await bystander.ask(HELLO)

    const tooLarge = await connect()
    tooLarge.ws.send('x'.repeat(MAX_FRAME_BYTES + 1))
    expect(await tooLarge.closed).toBe(closeCodes.tooLarge)

    const binary = await connect()
    binary.ws.send(Buffer.from(HELLO))
    expect(await binary.closed).toBe(closeCodes.malformed)

    const fragments = await connect()
    for (let i = 0; i < 70; i++) fragments.ws.send('x', { fin: false })
    expect(await fragments.closed).toBe(1008)

    const notUtf8 = await connect()
    notUtf8.ws.send(Buffer.from([0xff, 0xfe]), { binary: false })
    expect(await notUtf8.closed).toBe(1007)

    const malformed = await connect()
    const deep = '['.repeat(30_000)
    expect(await malformed.ask(deep)).toMatchObject([{ type: 'failed', refusal: { kind: 'malformed' } }])

    expect(await bystander.ask(JSON.stringify({ type: 'ping' }))).toMatchObject([{ type: 'pong' }])
    for (const { ws } of [bystander, malformed]) ws.terminate()
  })

  test('a client that speaks no WebSocket, or breaks off, disturbs nobody', async () => {
    const { port, hostname } = new URL(host.url)
    const request = `GET /ws HTTP/1.1\r\nhost: ${hostname}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`
    for (const text of [request, 'nonsense\r\n\r\n', request.slice(0, 20)]) {
      const socket = openStream(Number(port), hostname)
      socket.on('error', () => {})
      socket.end(text)
      socket.resume()
      await once(socket, 'close')
    }
    expect((await fetch(`${host.url}/healthz`)).status).toBe(200)
  })

  test('nothing that reached a client or the log held a stack', () => {
    expect(host.errors).toBe('')
    expect(JSON.stringify(host.logs)).not.toContain('    at ')
  })
})

import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { closeCodes } from '#protocol/errors.ts'
import { MAX_FRAME_BYTES } from '#protocol/limits.ts'
import type { HostProcess } from '#tests/support/host-process.ts'
import { programOf, startHost, WORKERD_NAMES } from '#tests/support/hosts.ts'
import { registerRaw } from '#tests/support/raw-account.ts'
import { runProgram } from '#tests/support/run-program.ts'

const WARN = 40
const HELLO = JSON.stringify({ type: 'hello', versions: [1], client: 'tests' })

describe.each(WORKERD_NAMES)('Snug by %s', (name) => {
  let host: HostProcess
  let url: string

  beforeAll(async () => {
    host = await startHost(name)
    url = host.url
  })
  afterAll(() => host.dispose())

  function claim(secret: string): Promise<Response> {
    return fetch(`${url}/claim`, { method: 'POST', headers: { authorization: `Bearer ${secret}` } })
  }

  async function connect(headers: Record<string, string> = {}): Promise<WebSocket> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    socket.once('open', resolve)
    socket.once('error', reject)
    await promise
    return socket
  }

  function closeCode(socket: WebSocket): Promise<number> {
    return new Promise((resolve) => socket.once('close', resolve))
  }

  test('a second one is refused the data, and the port, in one sentence', async () => {
    const program = programOf(name)
    expect(await runProgram(program, ['--port', '0', '--data', host.data])).toMatchObject({
      code: 1,
      errors: `The data folder ${host.data} is in use by another Snug: stop that one, or give --data another folder.\n`,
    })
    const { port } = new URL(url)
    const data = await mkdtemp(join(tmpdir(), 'snug-data-'))
    expect(await runProgram(program, ['--port', port, '--data', data])).toMatchObject({
      code: 1,
      errors: `Port ${port} of 127.0.0.1 cannot be used: it is taken: give --port another one.\n`,
    })
    await rm(data, { recursive: true })
  })

  test('nobody but its owner may look into the data', async () => {
    expect((await stat(host.data)).mode & 0o777).toBe(0o700)
  })

  test('nobody claims the server without its secret', async () => {
    expect((await claim('another-secret-than-that')).status).toBe(401)
    expect((await fetch(`${url}/claim`, { method: 'POST' })).status).toBe(401)
    expect((await fetch(`${url}/claim`)).status).toBe(404)
  })

  test('a server that has an owner cannot be claimed again', async () => {
    await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const answer = await claim(await secretOf(host))
    expect([answer.status, await answer.text()]).toEqual([409, 'already claimed\n'])
  })

  test('the page and its files come with the headers of every host', async () => {
    const page = await fetch(`${url}/join/abc`, { headers: { accept: 'text/html' } })
    const text = await page.text()
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(text).toContain('<title>Snug</title>')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    const file = await fetch(url + /src="(\/assets\/[^"]+\.js)"/.exec(text)?.[1])
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
    expect(await file.text()).toContain('import')
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    const health = await fetch(`${url}/healthz`)
    expect([health.status, await health.text()]).toEqual([200, '{"status":"ok"}'])
    for (const { headers } of [page, file, health]) {
      const policy = headers.get('content-security-policy')
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain(`connect-src 'self' ws://${new URL(url).host}`)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect((await fetch(`${url}/assets/none.js`)).status).toBe(404)
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
  })

  test('a page of another site may open no socket, our own may, and close it', async () => {
    await expect(connect({ origin: 'http://evil.example' })).rejects.toThrow('403')
    const own = await connect({ origin: url })
    own.close(1000)
    expect(await closeCode(own)).toBe(1000)
    const terse = await connect()
    terse.close()
    expect(await closeCode(terse)).toBe(1005)
  })

  test('what a client says about the way it came is not believed', async () => {
    const socket = await connect({ 'snug-transport': 'https', 'snug-address': '203.0.113.7' })
    const [welcome] = await Promise.all([nextFrame(socket), socket.send(HELLO)])
    expect(JSON.parse(welcome)).toMatchObject({ type: 'welcome', transport: 'loopback' })
    socket.terminate()
  })

  test('bad frames are closed with their code, and the next good one of somebody else is answered', async () => {
    const [bystander, binary, tooLarge] = await Promise.all([connect(), connect(), connect()])
    binary.send(Buffer.from(HELLO))
    expect(await closeCode(binary)).toBe(closeCodes.malformed)
    tooLarge.send('é'.repeat(MAX_FRAME_BYTES / 2 + 1))
    expect(await closeCode(tooLarge)).toBe(closeCodes.tooLarge)
    const [answer] = await Promise.all([nextFrame(bystander), bystander.send('{')])
    expect(JSON.parse(answer)).toMatchObject({ type: 'failed', refusal: { kind: 'malformed' } })
    const [welcome] = await Promise.all([nextFrame(bystander), bystander.send(HELLO)])
    expect(JSON.parse(welcome)).toMatchObject({ type: 'welcome' })
    bystander.terminate()
  })

  test('G8: a signal ends it: connected clients are told to come back, and its last word is that it stopped', async () => {
    const client = await connect()
    const [, told] = await Promise.all([host.kill('SIGTERM'), closeCode(client)])
    expect(told).toBe(name === 'standalone workerd' ? closeCodes.draining : 1006)
    expect([await host.exited, host.logs.at(-1)?.msg]).toEqual([{ code: 0, signal: null }, 'stopped'])
    expect(host.logs.filter(({ level }) => level >= WARN)).toEqual([])
    expect(host.errors).toBe('')
  })

  test('a launcher that is killed takes the server along: it starts again on the same port and data', async () => {
    await host.kill('SIGTERM')
    await host.restart()
    process.kill(host.pid, 'SIGKILL')
    await host.restart()
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })
})

/** Made at the first start, for its owner alone. */
async function secretOf({ data }: HostProcess): Promise<string> {
  const file = join(data, 'claim.env')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  return /=(\S{43})$/m.exec(await readFile(file, 'utf8'))?.[1] ?? ''
}

function nextFrame(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => socket.once('message', (data) => resolve(String(data))))
}

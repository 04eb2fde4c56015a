import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect as connectTo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ClientOptions } from 'ws'
import { closeCodes } from '#protocol/errors.ts'
import { freePort } from '#tests/support/free-port.ts'
import { NodeHostProcess, runNodeHost } from '#tests/support/node-host.ts'
import { HELLO, TestSocket } from '#tests/support/test-socket.ts'

let host: NodeHostProcess

async function connect(options: ClientOptions = {}): Promise<TestSocket> {
  const socket = new TestSocket(host.socketUrl, options)
  await socket.opened
  return socket
}

/** A host that ends with the test. */
async function startFor(options?: Parameters<typeof NodeHostProcess.start>[0]): Promise<NodeHostProcess> {
  const started = await NodeHostProcess.start(options)
  onTestFinished(() => started.dispose())
  return started
}

describe('a built host', () => {
  test('is small when idle, and has threads for commits and passwords beside each other', async () => {
    host = await startFor()
    const status = await readFile(`/proc/${host.pid}/status`, 'utf8')
    const value = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
    expect(value('VmRSS')).toBeLessThan(150 * 1024)
    expect(value('Threads')).toBeGreaterThan(12)
  })
})

describe('starting', () => {
  test('a folder has one host: another one is told which folder, and a killed one makes way', async () => {
    const first = await startFor({})
    const second = await runNodeHost(['--port', '0', '--data', first.data])
    expect(second).toMatchObject({
      code: 1,
      out: '',
      errors: `The data folder ${first.data} is in use by another Snug: stop that one, or give --data another folder.\n`,
    })
    await first.kill('SIGKILL')
    await first.restart()
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200)
  })

  test('a folder that cannot be made is said in one sentence', async () => {
    const { code, errors } = await runNodeHost(['--port', '0', '--data', '/proc/snug'])
    expect([code, errors]).toEqual([1, 'The data folder /proc/snug cannot be used: it cannot be made there.\n'])
  })

  test('--help prints the settings', async () => {
    const { code, out } = await runNodeHost(['--help'])
    expect([code, out]).toEqual([0, expect.stringContaining('--catch-up-records, SNUG_CATCH_UP_RECORDS (50)')])
  })
})

describe('stopping', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s: clients are told to come back, and the exit code is 0',
    async (signal) => {
      host = await startFor({})
      const socket = await connect()
      await socket.ask(HELLO)
      const told = socket.next()
      const exit = host.kill(signal)
      expect(await told).toEqual([{ type: 'draining' }])
      expect(await socket.closed).toBe(closeCodes.draining)
      expect(await exit).toEqual({ code: 0, signal: null })
      expect(host.logs.map(({ msg }) => msg)).toEqual(['ready', 'stopping', 'stopped'])
    },
  )

  test('a signal that comes twice at once, as Ctrl-C does under npm, still stops in good order', async () => {
    host = await startFor({})
    process.kill(host.pid, 'SIGINT')
    expect(await host.kill('SIGINT')).toEqual({ code: 0, signal: null })
    expect(host.logs.at(-1)?.msg).toBe('stopped')
  })

  test('a second signal ends it at once', async () => {
    host = await startFor({})
    const socket = await connect()
    await socket.ask(HELLO)
    // Without an answer to its close, stopping takes a second.
    socket.ws.pause()
    const exit = host.kill('SIGTERM')
    const timer = setInterval(() => process.kill(host.pid, 'SIGTERM'), 50)
    expect(await exit).toEqual({ code: 1, signal: null })
    clearInterval(timer)
    expect(host.logs.at(-1)?.msg).toBe('stopping')
  })

  test('a client that does not answer does not hold the host up', async () => {
    host = await startFor({})
    const socket = await connect()
    await socket.ask(HELLO)
    socket.ws.pause()
    expect(await host.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  })
})

test('a body that nobody wants is not waited for: its request is answered, and ends', async () => {
  host = await startFor({})
  const { hostname, port } = new URL(host.url)
  const socket = connectTo(Number(port), hostname)
  const closed = once(socket, 'close')
  const answer = text(socket)
  socket.write('POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\nthe first of many')
  expect(await answer).toMatch(/^HTTP\/1.1 404 /)
  await closed
})

describe('metrics', () => {
  test('with a port they are served on this machine, and count', async () => {
    const port = await freePort()
    host = await startFor({ args: ['--metrics-port', String(port)] })
    const socket = await connect()
    await socket.ask(HELLO)
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    expect(text).toMatch(/^snug_sockets_open 1$/m)
    expect(text).toMatch(/^snug_frames_received_total 1$/m)
    expect(text).toMatch(/^snug_frames_sent_total 1$/m)
    expect(text).toMatch(/^snug_rows_written_total\{actor="directory",table="[a-z]+"\} \d+$/m)
    expect(text).toMatch(/^snug_batch_commits_count \d+$/m)
    expect(text).toMatch(/^snug_move_seconds_count \d+$/m)
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m)
    expect(text).toMatch(/^process_resident_memory_bytes /m)
    expect((await fetch(`${host.url}/metrics`)).status).toBe(404)
    socket.ws.terminate()
  })

  test('with a token they are served to whoever has it', async () => {
    const token = 'a-token-that-only-tests-know'
    host = await startFor({ env: { SNUG_METRICS_TOKEN: token } })
    expect((await fetch(`${host.url}/metrics`)).status).toBe(401)
    const answer = await fetch(`${host.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('snug_sockets_open 0')])
  })
})

describe('limits', () => {
  test('an address may not open more connections than it is allowed; others still may', async () => {
    host = await startFor({ args: ['--connections-per-address', '3'] })
    const sockets = [await connect(), await connect(), await connect()]
    expect(await new TestSocket(host.socketUrl).opened).toBe(429)
    const elsewhere = await connect({ headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' } })
    expect(await elsewhere.ask(HELLO)).toMatchObject([{ type: 'welcome' }])
    for (const { ws } of [...sockets, elsewhere]) ws.terminate()
  })

  test('beyond the connections that the host may have it refuses', async () => {
    host = await startFor({ args: ['--connections', '1'] })
    const socket = await connect()
    expect(await new TestSocket(host.socketUrl).opened).toBe(503)
    socket.ws.close()
    await socket.closed
  })
})

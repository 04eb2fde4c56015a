import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { startHost } from '#node-host/host.ts'
import type { RunningHost } from '#node-host/running.ts'
import { readSettings } from '#node-host/settings.ts'
import { makeId, type RoomId } from '#protocol/ids.ts'
import { NodeHostProcess, runNodeHost } from '#tests/support/node-host.ts'
import { HELLO, TestSocket } from '#tests/support/test-socket.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { findAgain, twoPeopleTalk } from '../support/smoke.ts'

const TWO = ['--threads', '2']
/** The kernel chooses a thread for each connection: of so many, each thread has some. */
const SOME_ON_EACH = 24

describe('a host on two threads', () => {
  let host: NodeHostProcess

  beforeAll(async () => {
    host = await NodeHostProcess.start({ args: TWO })
  })
  afterAll(() => host.dispose())

  test('has them, and is small when idle', async () => {
    const names = await threadNames(host.pid)
    expect(names.filter((name) => name.startsWith('connections'))).toEqual(['connections 0', 'connections 1'])
    const status = await readFile(`/proc/${host.pid}/status`, 'utf8')
    expect(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1])).toBeLessThan(150 * 1024)
  })

  test('two people talk, and find everything again after a restart', async () => {
    const talk = await twoPeopleTalk({ url: host.url, firstInvitation: host.invitation ?? '' })
    expect(await host.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(host.logs.map(({ msg }) => msg)).toEqual(['ready', 'stopping', 'stopped'])
    await host.restart()
    expect(host.invitation).toBeUndefined()
    await findAgain(host.url, talk)
    await host.kill('SIGKILL')
    await host.restart()
  })

  test('its port is taken for everybody else, whether they would share it or not', async () => {
    const { port } = new URL(host.url)
    for (const args of [[], TWO]) {
      const { code, errors } = await runNodeHost(['--port', port, '--data', join(host.data, '..', 'other'), ...args])
      expect([code, errors]).toEqual([
        1,
        `Port ${port} of 127.0.0.1 cannot be used: it is taken: give --port another one.\n`,
      ])
    }
  })

  test('its folder is in use for everybody else', async () => {
    const { code, errors } = await runNodeHost(['--port', '0', '--data', host.data, ...TWO])
    expect([code, errors]).toEqual([
      1,
      `The data folder ${host.data} is in use by another Snug: stop that one, or give --data another folder.\n`,
    ])
  })
})

describe('limits and counts of a host on two threads', () => {
  test('connections are counted together', async () => {
    const host = await startFor(['--connections-per-address', '10'])
    const sockets = Array.from({ length: SOME_ON_EACH }, () => new TestSocket(host.socketUrl))
    const opened = await Promise.all(sockets.map(({ opened }) => opened))
    expect(opened.filter((status) => status === 429)).toHaveLength(SOME_ON_EACH - 10)
    for (const { ws } of sockets) ws.terminate()
  })

  test('metrics are one page of sums', async () => {
    const token = 'a-token-that-only-tests-know'
    const host = await startFor(['--metrics-token', token])
    const sockets = Array.from({ length: SOME_ON_EACH }, () => new TestSocket(host.socketUrl))
    await Promise.all(sockets.map(({ opened }) => opened))
    await Promise.all(sockets.map((socket) => socket.ask(HELLO)))
    const answer = await fetch(`${host.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
    const text = await answer.text()
    expect(text).toMatch(new RegExp(`^snug_sockets_open ${SOME_ON_EACH}$`, 'm'))
    expect(text).toMatch(new RegExp(`^snug_frames_received_total ${SOME_ON_EACH}$`, 'm'))
    expect(text).toMatch(/^snug_batch_commits_count \d+$/m)
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m)
    expect(text.match(/^process_resident_memory_bytes /gm)).toHaveLength(1)
    for (const { ws } of sockets) ws.terminate()
  })
})

describe('a thread that dies', () => {
  let folder: string
  let host: RunningHost
  let url: string
  let logged: string[]
  let workers: Worker[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snug-threads-'))
    logged = []
    workers = []
    const note = (worker: Worker) => workers.push(worker)
    process.on('worker', note)
    onTestFinished(() => void process.off('worker', note))
    const settings = readSettings(['--port', '0', '--data', join(folder, 'data'), ...TWO], {})
    if (typeof settings === 'string') throw new Error('help was not asked for')
    const say = (message: string) => void logged.push(message)
    const log = { info: say, warn: say, error: say }
    host = await startHost({ settings, log, onFailure: (error) => say(error.message) })
    url = `${host.urls[0]?.replace('http', 'ws')}/ws`
  })

  afterEach(async () => {
    await host.stop()
    await rm(folder, { recursive: true })
  })

  test('is replaced; the sockets of the others stay, and every room can be used again', async () => {
    const { token } = await registerRaw(url, host.invitation ?? '', 'owner')
    const clients = await Promise.all(Array.from({ length: SOME_ON_EACH }, () => RawClient.enter(url, token)))
    const [first] = clients
    if (!first) throw new Error('nobody is there')
    const rooms: RoomId[] = []
    while (rooms.length < 5) rooms.push(await openGroupRaw(first))
    let gone = 0
    for (const client of clients) void client.closed.then(() => gone++)

    await workers[1]?.terminate()
    await expect.poll(() => logged, { timeout: 5_000 }).toContain('a thread was replaced')
    await expect.poll(() => gone).toBeGreaterThan(0)
    expect(gone).toBeLessThan(SOME_ON_EACH)

    const open: RawClient[] = []
    for (const client of clients) {
      const answered = client.hears('pong').then(
        () => open.push(client),
        () => 0,
      )
      client.say({ type: 'ping' })
      await answered
    }
    expect(open).toHaveLength(SOME_ON_EACH - gone)
    for (const room of rooms) await storeIn(open[0] ?? first, room)
    const newcomers = await Promise.all(Array.from({ length: SOME_ON_EACH }, () => RawClient.enter(url, token)))
    for (const client of [...open, ...newcomers]) client.close()
  })

  test('every thread may die, one after the other, whether it is ended or has a fault', async () => {
    const { token } = await registerRaw(url, host.invitation ?? '', 'owner')
    const client = await RawClient.enter(url, token)
    const room = await openGroupRaw(client)
    client.close()
    // What a thread is never told: it throws where nothing catches it.
    const deaths = [() => workers[0]?.terminate(), () => workers[1]?.postMessage(null)]
    for (const [dies, end] of deaths.entries()) {
      await end()
      await expect
        .poll(() => logged.filter((message) => message === 'a thread was replaced').length, { timeout: 5_000 })
        .toBe(dies + 1)
      const again = await RawClient.enter(url, token)
      await storeIn(again, room)
      again.close()
    }
  })
})

async function startFor(args: readonly string[]): Promise<NodeHostProcess> {
  const host = await NodeHostProcess.start({ args: [...TWO, ...args] })
  onTestFinished(() => host.dispose())
  return host
}

async function storeIn(client: RawClient, room: RoomId): Promise<void> {
  const stored = client.hears('stored')
  client.say({ type: 'send', room, producer: makeId('producer', randomBytes(16)), n: 1, text: 'still here' })
  await stored
}

async function threadNames(pid: number): Promise<string[]> {
  const ids = await readdir(`/proc/${pid}/task`)
  const names = await Promise.all(ids.map((id) => readFile(`/proc/${pid}/task/${id}/comm`, 'utf8')))
  return names.map((name) => name.trim()).sort()
}

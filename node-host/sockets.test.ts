import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import { closeCodes } from '#protocol/errors.ts'
import { toUtf8 } from '#protocol/text.ts'
import { type SocketsHost, socketsContract } from '#tests/contracts/sockets.ts'
import { openClientEnd } from '#tests/support/client-end.ts'
import { SocketProbe } from '#tests/support/workerd/socket-probe.ts'
import { clock } from './clock.ts'
import { Counters } from './counters.ts'
import { GatewaySockets } from './sockets.ts'

const ORIGIN = { transport: 'loopback', address: '127.0.0.1', network: '7f000001' } as const

const IDLE_STORE = { batches: undefined }

type Serving = { readonly url: string; close(): Promise<void> }

/** Opens a socket of the gateway for everybody who comes. */
async function serve(sockets: GatewaySockets): Promise<Serving> {
  const upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const server = createServer()
  server.on('upgrade', (request, stream, head) => {
    upgrader.handleUpgrade(request, stream, head, (ws) => sockets.add(ws, stream, ORIGIN))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    async close() {
      sockets.closeAll()
      await sockets.emptied(0)
      server.close()
    },
  }
}

async function probeOnSockets(): Promise<SocketsHost> {
  const sockets = new GatewaySockets({ info() {}, warn() {}, error() {} }, new Counters(), IDLE_STORE)
  sockets.serve(new SocketProbe('g0', { sockets, clock }))
  const server = await serve(sockets)
  return { connect: () => openClientEnd(server.url), close: () => server.close() }
}

socketsContract('node-host', probeOnSockets, 'memory')

let server: Serving
let sockets: GatewaySockets
let counters: Counters
let errors: string[]
/** What is being written. */
let batches: Promise<unknown> | undefined
/** What the gateway heard. */
let heard: string[]
/** Frames on which the gateway throws. */
const FATAL = 'fatal'

async function connect(): Promise<WebSocket> {
  const client = new WebSocket(server.url)
  client.on('error', () => {})
  await once(client, 'open')
  return client
}

async function next(client: WebSocket): Promise<{ text: string; isBinary: boolean }> {
  const [data, isBinary] = await once(client, 'message')
  return { text: String(data), isBinary }
}

async function closeCode(client: WebSocket): Promise<number> {
  const [code] = await once(client, 'close')
  return code
}

describe('the sockets of a gateway', () => {
  beforeEach(async () => {
    counters = new Counters()
    errors = []
    heard = []
    const log = { info() {}, warn() {}, error: (message: string) => errors.push(message) }
    batches = undefined
    sockets = new GatewaySockets(log, counters, {
      get batches() {
        return batches
      },
    })
    sockets.serve({
      opened: (id) => heard.push(`${id} opened`),
      received(id, frame) {
        heard.push(`${id} ${frame}`)
        if (frame === FATAL) throw new Error('a fault')
      },
      closed: (id) => heard.push(`${id} closed`),
      sweep: () => false,
    })
    server = await serve(sockets)
  })

  afterEach(() => server.close())

  test('a fault after a turn is logged, and ends neither the host nor what comes after it', async () => {
    sockets.afterTurn(() => {
      throw new Error('a fault')
    })
    await new Promise<void>((resolve) => sockets.afterTurn(resolve))
    expect(errors).toEqual(['a gateway failed on an event of a socket'])
  })

  test('C4: long work waits for the batch that is being written, but not for a slow disk', async () => {
    const written = Promise.withResolvers<void>()
    batches = written.promise
    let isWritten = false
    const calm = new Promise<boolean>((resolve) => sockets.whenCalm(() => resolve(isWritten)))
    sockets.afterTurn(() => {
      isWritten = true
      written.resolve()
    })
    expect(await calm).toBe(true)
    batches = new Promise(() => {})
    await new Promise<void>((resolve) => sockets.whenCalm(resolve))
  })

  test('a binary frame closes its socket', async () => {
    const client = await connect()
    client.send(Buffer.from('x'))
    expect(await closeCode(client)).toBe(closeCodes.malformed)
    expect(heard).not.toContain('1 x')
  })

  test('what is sent is counted, and what finds nobody is not', async () => {
    const [client, other] = [await connect(), await connect()]
    const told = [next(client), next(other)]
    for (const id of ['1', '2', 'nobody']) sockets.send(id, toUtf8('twelve bytes'))
    expect((await Promise.all(told)).map(({ text }) => text)).toEqual(['twelve bytes', 'twelve bytes'])
    expect(counters).toMatchObject({ framesSent: 2, bytesSent: 28, socketsOpen: 2, socketsOpened: 2 })
  })

  test('a fault that a frame finds in the gateway closes that socket alone, without saying more', async () => {
    const [client, bystander] = [await connect(), await connect()]
    const closed = once(client, 'close')
    client.send(FATAL)
    const [code, reason] = await closed
    expect([code, String(reason)]).toEqual([1011, 'something went wrong here'])
    expect(errors).toEqual(['a gateway failed on an event of a socket'])
    const told = next(bystander)
    sockets.send('2', toUtf8('still here'))
    expect((await told).text).toBe('still here')
  })

  test('a reader that takes nothing is cut off before it fills the memory', async () => {
    const client = await connect()
    client.pause()
    const bytes = new Uint8Array(256 * 1024).fill(0x61)
    let sent = 0
    while (counters.socketsOpen > 0) {
      for (let i = 0; i < 4; i++) sockets.send('1', bytes)
      sent += 4 * bytes.length
      await new Promise((resolve) => setImmediate(resolve))
    }
    // What the kernels of both ends hold comes on top of our own bound.
    expect(sent).toBeLessThan(64 * 1024 * 1024)
    expect(heard).toContain('1 closed')
    client.terminate()
  })

  test('when the gateway ends, its clients are told to come again, and those who come meanwhile too', async () => {
    const client = await connect()
    const closed = closeCode(client)
    sockets.closeAll()
    expect(await closed).toBe(closeCodes.draining)
    expect(await closeCode(await connect())).toBe(closeCodes.draining)
    expect(heard).toEqual(['1 opened'])
  })

  test('a client that does not answer a close is cut off', async () => {
    const client = await connect()
    client.pause()
    sockets.close('1', 4000, '')
    await sockets.emptied(50)
    expect(counters.socketsOpen).toBe(0)
    client.terminate()
  })
})

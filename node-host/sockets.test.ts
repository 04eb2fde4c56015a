import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import { closeCodes } from '#protocol/errors.ts'
import { fromUtf8, toUtf8 } from '#protocol/text.ts'
import { Counters } from './counters.ts'
import { GatewaySockets } from './sockets.ts'

const ORIGIN = { transport: 'loopback', address: '127.0.0.1', network: '7f000001' } as const

let server: Server
let sockets: GatewaySockets
let counters: Counters
let errors: string[]
/** What the gateway heard. */
let heard: string[]
/** Frames on which the gateway throws. */
const FATAL = 'fatal'

beforeEach(async () => {
  counters = new Counters()
  errors = []
  heard = []
  const log = { info() {}, warn() {}, error: (message: string) => errors.push(message) }
  sockets = new GatewaySockets(log, counters)
  sockets.serve({
    opened: (id) => heard.push(`${id} opened`),
    received(id, frame) {
      heard.push(`${id} ${frame}`)
      if (frame === FATAL) throw new Error('a fault')
    },
    closed: (id) => heard.push(`${id} closed`),
    sweep() {},
  })
  const upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  server = createServer()
  server.on('upgrade', (request, stream, head) => {
    upgrader.handleUpgrade(request, stream, head, (ws) => sockets.add(ws, stream, ORIGIN))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(async () => {
  sockets.closeAll()
  await sockets.emptied(0)
  server.close()
})

async function connect(): Promise<WebSocket> {
  const address = server.address()
  const client = new WebSocket(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
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
  test.each([1, 125, 126, 127, 65_535, 65_536, 300_000])(
    'a frame of %d bytes arrives as the text it is',
    async (length) => {
      const client = await connect()
      const text = `${'é'.repeat(Math.floor((length - 1) / 2))}${'x'.repeat(length - 2 * Math.floor((length - 1) / 2))}`
      expect(toUtf8(text)).toHaveLength(length)
      const arrived = next(client)
      sockets.send('1', toUtf8(text))
      expect(await arrived).toEqual({ text, isBinary: false })
    },
  )

  test('many frames arrive whole and in order, and the same bytes at everybody', async () => {
    const clients = await Promise.all([connect(), connect(), connect()])
    const arrived = clients.map((client) => {
      const texts: string[] = []
      client.on('message', (data) => texts.push(String(data)))
      return texts
    })
    for (let i = 0; i < 100; i++) {
      const bytes = toUtf8(`frame ${i} ${'x'.repeat(i * 10)}`)
      for (const id of ['1', '2', '3']) sockets.send(id, bytes)
    }
    const last = clients.map(async (client, i) => {
      while (arrived[i]?.length !== 100) await once(client, 'message')
    })
    await Promise.all(last)
    expect(arrived[1]).toEqual(arrived[0])
    expect(arrived[2]).toEqual(arrived[0])
    expect(arrived[0]?.map((text) => text.split(' ')[1])).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`))
    expect(counters).toMatchObject({ framesSent: 300, socketsOpen: 3, socketsOpened: 3 })
  })

  test('the gateway hears of openings, frames and closings in their order', async () => {
    const client = await connect()
    client.send('one')
    client.send('two')
    client.close()
    await closeCode(client)
    await sockets.emptied(1000)
    expect(heard).toEqual(['1 opened', '1 one', '1 two', '1 closed'])
    expect(counters.socketsOpen).toBe(0)
  })

  test('a binary frame closes its socket', async () => {
    const client = await connect()
    client.send(Buffer.from('x'))
    expect(await closeCode(client)).toBe(closeCodes.malformed)
    expect(heard).not.toContain('1 x')
  })

  test('a socket is closed with the code and reason that the gateway gives', async () => {
    const client = await connect()
    const closed = once(client, 'close')
    sockets.close('1', closeCodes.deviceRevoked, 'this device was logged out')
    const [code, reason] = await closed
    expect([code, String(reason)]).toEqual([closeCodes.deviceRevoked, 'this device was logged out'])
  })

  test('what is sent to a socket that is gone, or closing, is ignored', async () => {
    const client = await connect()
    const told = next(client)
    sockets.send('unknown', toUtf8('x'))
    sockets.send('1', toUtf8('before'))
    sockets.close('1', 4000, '')
    sockets.send('1', toUtf8('after'))
    expect((await told).text).toBe('before')
    expect(await closeCode(client)).toBe(4000)
    sockets.send('1', toUtf8('gone'))
    expect(counters.framesSent).toBe(1)
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

  test('afterTurn calls back once, after what is ready now', async () => {
    const order: string[] = []
    sockets.afterTurn(() => order.push('after'))
    process.nextTick(() => order.push('tick'))
    await Promise.resolve().then(() => order.push('promise'))
    await new Promise((resolve) => setImmediate(resolve))
    expect(order).toEqual(['promise', 'tick', 'after'])
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

  test('ready bytes are not changed by sending them', async () => {
    const client = await connect()
    const bytes = toUtf8('as it was')
    const told = next(client)
    sockets.send('1', bytes)
    await told
    expect(fromUtf8(bytes)).toBe('as it was')
  })
})

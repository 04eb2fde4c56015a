import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Survivor } from '#durable/ports/sockets.ts'
import { closeCodes } from '#protocol/errors.ts'
import { utf8Length } from '#protocol/text.ts'
import type { Order, Report } from '#tests/support/workerd/socket-probe.ts'

/** A client's end of a socket. */
export type ClientEnd = {
  send(text: string): Promise<void>
  /** The next frame that has not been asked for yet. */
  next(): Promise<string>
  /** Those that have come and have not been asked for. */
  left(): readonly string[]
  /** The code and the reason with which it was closed, once it is. */
  closed(): Promise<readonly [code: number, reason: string]>
  close(): Promise<void>
}

/** A gateway that is a probe, and how to reach it. Each test gets a new one. */
export type SocketsHost = {
  connect(): Promise<ClientEnd>
  /** Takes the gateway out of memory; its sockets stay open. Missing where no host does that. */
  readonly forget?: () => Promise<void>
  close(): Promise<void>
}

const byNote = (a: Survivor, b: Survivor) => a.note.localeCompare(b.note)
/** For machines that are busy. */
const PATIENTLY = { timeout: 20_000 }

/** Registers the whole suite of the Sockets port for one adapter. */
export function socketsContract(name: string, makeHost: () => Promise<SocketsHost>, keeps: 'sockets' | 'memory'): void {
  describe(`sockets: ${name}`, () => {
    let host: SocketsHost
    beforeEach(async () => {
      host = await makeHost()
    })
    afterEach(() => host.close())

    const ask = async (client: ClientEnd, order: Order) => {
      await client.send(JSON.stringify(order))
      return client.next()
    }
    const report = async (client: ClientEnd, about?: string): Promise<Report> =>
      JSON.parse(await ask(client, about === undefined ? { do: 'report' } : { do: 'report', about }))

    test.each([1, 125, 126, 127, 65_535, 65_536, 300_000])('a frame of %d bytes arrives as it is', async (bytes) => {
      const text = await ask(await host.connect(), { do: 'measure', bytes })
      expect(utf8Length(text)).toBe(bytes)
      expect(text.replace(/^é*x?$/, '')).toBe('')
    })

    test('many frames arrive in order, the same at everybody', async () => {
      const clients = [await host.connect(), await host.connect(), await host.connect()]
      await clients[0]?.send(JSON.stringify({ do: 'tell all', frames: 100 }))
      const expected = Array.from({ length: 100 }, (_, i) => `${i} ${'x'.repeat(i * 10)}`)
      for (const client of clients) {
        const arrived: string[] = []
        while (arrived.length < expected.length) arrived.push(await client.next())
        expect(arrived).toEqual(expected)
      }
    })

    test('ready bytes may be sent again, and are still what they were', async () => {
      const client = await host.connect()
      for (let i = 0; i < 3; i++) {
        expect([await ask(client, { do: 'again' }), await client.next()]).toEqual(Array(2).fill('the same bytes: é'))
      }
    })

    test.each([100, 20_000])('memory of %d bytes may be used for another frame at once', async (bytes) => {
      const client = await host.connect()
      const frames = [await ask(client, { do: 'same memory', bytes }), await client.next()]
      expect(frames).toEqual(['a'.repeat(bytes), 'b'.repeat(bytes)])
    })

    test('the gateway hears where a socket comes from, then its frames in order, then once that it is closed', async () => {
      const [client, other] = [await host.connect(), await host.connect()]
      const { socket } = await report(client)
      for (const note of ['a', 'b']) await client.send(JSON.stringify({ do: 'note', note }))
      await client.send(JSON.stringify({ do: 'again' }))
      await client.next()
      await client.close()
      await expect.poll(async () => (await report(other, socket)).heard, PATIENTLY).toContain('closed')
      await ask(other, { do: 'again' })
      await other.next()
      const heard = ['opened loopback 127.0.0.1', 'report', 'note', 'note', 'again', 'closed']
      expect((await report(other, socket)).heard).toEqual(heard)
    })

    test('a socket is closed with the code and reason given first, after what was said before, and says nothing more', async () => {
      const [client, other] = [await host.connect(), await host.connect()]
      const { socket } = await report(client)
      expect(await ask(client, { do: 'close', code: closeCodes.deviceRevoked })).toBe('before')
      expect(await client.closed()).toEqual([closeCodes.deviceRevoked, 'as it was asked to'])
      expect(client.left()).toEqual([])
      const { heard } = await report(other, socket)
      // Some hosts say that it is closed to the gateway that has closed it, too.
      expect(heard.slice(0, 3)).toEqual(['opened loopback 127.0.0.1', 'report', 'close'])
      expect(heard.slice(3).filter((event) => event !== 'closed')).toEqual([])
      expect(heard.length).toBeLessThanOrEqual(4)
    })

    test('a socket that is gone, or never was, is ignored', async () => {
      const [client, other] = [await host.connect(), await host.connect()]
      expect(await ask(client, { do: 'touch nobody' })).toBe('0')
      const { socket } = await report(other)
      await other.close()
      await expect.poll(async () => (await report(client, socket)).heard, PATIENTLY).toContain('closed')
      await client.send(JSON.stringify({ do: 'send to', socket, text: 'x' }))
      expect((await report(client, socket)).heardAt).toBe(0)
    })

    test('one gateway may send to the socket of another client', async () => {
      const [client, other] = [await host.connect(), await host.connect()]
      const { socket } = await report(other)
      await client.send(JSON.stringify({ do: 'send to', socket, text: 'from the other' }))
      expect(await other.next()).toBe('from the other')
    })

    test('when a socket was last heard is known, for each of its own', async () => {
      const [silent, client] = [await host.connect(), await host.connect()]
      const { socket, heardAt, now } = await report(silent)
      expect(heardAt).toBeGreaterThan(0)
      expect(heardAt).toBeLessThanOrEqual(now)
      await expect.poll(async () => (await report(client)).heardAt, PATIENTLY).toBeGreaterThan(heardAt)
      expect((await report(client, socket)).heardAt).toBe(heardAt)
    })

    test('what is to be done after the turn is done once, in order, when what was ready has been done', async () => {
      const client = await host.connect()
      expect(await ask(client, { do: 'after turn' })).toBe('within the turn')
      expect(await client.next()).toBe('turn, promises, after, after it')
      expect(await client.next()).toBe('calm')
      expect(await ask(client, { do: 'touch nobody' })).toBe('0')
    })

    if (keeps === 'memory') {
      test('a gateway ends with its sockets: a new one has none', async () => {
        expect((await report(await host.connect())).survivors).toEqual([])
      })
      return
    }

    test('sockets outlive a gateway that was taken out of memory, with their names, origins and last notes', async () => {
      const [a, b] = [await host.connect(), await host.connect()]
      for (const note of ['first', 'of a']) await ask(a, { do: 'note', note })
      await ask(b, { do: 'note', note: 'of b' })
      const before = [await report(a), await report(b)]
      await host.forget?.()
      const after = [await report(a), await report(b)]
      expect(after.map(({ socket }) => socket)).toEqual(before.map(({ socket }) => socket))
      expect(after.map(({ heard }) => heard)).toEqual([['report'], ['report']])
      const origin = { transport: 'loopback', address: '127.0.0.1', network: expect.any(String) }
      const [ofA, ofB] = before.map(({ socket }, i) => ({ socket, origin, note: ['of a', 'of b'][i] }))
      expect(after.map(({ survivors }) => survivors.toSorted(byNote))).toEqual([
        [ofA, ofB],
        [ofA, ofB],
      ])
      await ask(a, { do: 'note', note: 'of a, later' })
      await host.forget?.()
      expect((await report(a)).survivors.toSorted(byNote)).toEqual([{ ...ofA, note: 'of a, later' }, ofB])
    })

    test('when a socket was last heard outlives the memory, too', async () => {
      const [a, b] = [await host.connect(), await host.connect()]
      for (const client of [a, b]) await ask(client, { do: 'note', note: 'x' })
      const { socket, heardAt } = await report(b)
      await host.forget?.()
      expect((await report(a, socket)).heardAt).toBeGreaterThanOrEqual(heardAt)
    })

    test('a socket of which nothing was noted does not outlive the memory: its client is told', async () => {
      const [noted, other] = [await host.connect(), await host.connect()]
      await ask(noted, { do: 'note', note: 'x' })
      await report(other)
      await host.forget?.()
      expect((await report(noted)).survivors).toHaveLength(1)
      expect((await other.closed())[0]).toBeGreaterThan(1000)
    })
  })
}

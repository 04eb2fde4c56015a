import { randomBytes } from 'node:crypto'
import { connect as openStream } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Down } from '#protocol/down.ts'
import { closeCodes } from '#protocol/errors.ts'
import { makeId, type ProducerId, type RoomId, type UserId } from '#protocol/ids.ts'
import type { Up } from '#protocol/up.ts'
import type { HostProcess } from '../support/host-process.ts'
import { type HostName, startHost } from '../support/hosts.ts'
import { readTimeline } from '../support/load.ts'
import { inviteRaw, openGroupRaw, type RawAccount, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'

const KIB = 1024
const NESTED = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
const MANY_KEYS = JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, i])))
const BYTE_EVERY_MS = 200
const BURST = 300

describe.for<HostName>(['node-host', 'standalone workerd'])('bad input at %s', (name) => {
  let host: HostProcess
  let owner: RawAccount
  let stranger: RawAccount
  /** Another member of the room, on a connection of its own: served before, during and after. */
  let witness: RawClient
  let room: RoomId
  let n = 0
  const producer: ProducerId = makeId('producer', randomBytes(16))

  beforeAll(async () => {
    // One user stands for many here, and on a machine that has nothing else to do says all of it within seconds.
    host = await startHost(name, ['--message-burst', String(BURST)])
    owner = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    stranger = await registerRaw(host.socketUrl, await inviteRaw(host.socketUrl, owner, 1), 'stranger')
    witness = await RawClient.enter(host.socketUrl, owner.token)
    room = await openGroupRaw(witness)
  })

  afterAll(() => host.dispose())

  /** Nothing but good messages stands in the room, and the next one of somebody else is served. */
  async function expectUnharmed(): Promise<void> {
    n += 1
    const stored = witness.hears('stored')
    witness.say({ type: 'send', room, producer, n, text: `good ${n}` })
    expect((await stored).seq).toBe(n + 1)
    const texts = (await readTimeline(witness, room, 1)).map((record) =>
      record.kind === 'text' ? record.text : record.kind,
    )
    expect(texts.every((text) => text.startsWith('good '))).toBe(true)
  }

  const history = { type: 'history', id: 1, direction: 'older', anchor: 9, limit: 50 }
  const group = () => ({ type: 'create-group', id: 1, room: makeId('group', randomBytes(16)), members: [] })
  const send = { type: 'send', producer: makeId('producer', randomBytes(16)), n: 1, text: 'bad' }

  test.each<[string, () => string]>([
    ['no JSON', () => '{'],
    ['a number', () => '7'],
    ['null', () => 'null'],
    ['an unknown type', () => '{"type":"explode"}'],
    ['a text that is a number', () => JSON.stringify({ ...send, room, text: 7 })],
    ['an empty text', () => JSON.stringify({ ...send, room, text: ' \n ' })],
    ['a text that shows nothing', () => JSON.stringify({ ...send, room, text: '\u200b\u2060' })],
    ['a text over 16 KiB', () => JSON.stringify({ ...send, room, text: 'x'.repeat(16 * KIB + 1) })],
    ['a lone surrogate', () => `{"type":"send","room":"${room}","producer":"${send.producer}","n":1,"text":"\\ud800"}`],
    ['stacked marks', () => JSON.stringify({ ...send, room, text: `a${'\u0301'.repeat(9)}` })],
    ['control characters', () => JSON.stringify({ ...send, room, text: 'a\u0000b' })],
    ['the number 0', () => JSON.stringify({ ...send, room, n: 0 })],
    ['the number 1.5', () => JSON.stringify({ ...send, room, n: 1.5 })],
    ['the number 1e999', () => JSON.stringify({ ...send, room }).replace('"n":1', '"n":1e999')],
    ['the number 2^53', () => JSON.stringify({ ...send, room, n: 2 ** 53 })],
    ['the number 2^53 + 1', () => JSON.stringify({ ...send, room }).replace('"n":1', '"n":9007199254740993')],
    ['the number NaN', () => JSON.stringify({ ...send, room }).replace('"n":1', '"n":NaN')],
    [
      'a cursor that is null, as JSON writes NaN',
      () => JSON.stringify({ type: 'sync', id: 1, inbox: null, rooms: [] }),
    ],
    ['a place held of 1.5', () => JSON.stringify({ type: 'sync', id: 1, rooms: [[room, 1.5]] })],
    ['a negative anchor', () => JSON.stringify({ ...history, room, anchor: -1 })],
    ['more than a page', () => JSON.stringify({ ...history, room, limit: 101 })],
    [
      'a text nested 20,000 deep',
      () => `{"type":"send","room":"${room}","producer":"${send.producer}","n":1,"text":${NESTED}}`,
    ],
    [
      '__proto__ for the fields',
      () => JSON.stringify({ type: 'send' }).replace('}', `,"__proto__":${JSON.stringify({ ...send, room })}}`),
    ],
    ['a title that turns the direction', () => JSON.stringify({ ...group(), title: 'evil\u202egpj.exe' })],
    ['a title of two lines', () => JSON.stringify({ ...group(), title: 'a\r\nb' })],
    ['a handle that is a path', () => JSON.stringify({ type: 'find-user', id: 1, handle: '../owner' })],
    ['a negative cursor', () => JSON.stringify({ type: 'sync', id: 1, inbox: -1, rooms: [] })],
    ['a room that is no id', () => JSON.stringify({ ...send, room: '../../etc' })],
    ['__proto__ for a type', () => '{"__proto__":{"type":"send"}}'],
    ['deep nesting', () => NESTED],
    ['too many events', () => JSON.stringify(Array.from({ length: 257 }, () => ({ type: 'ping' })))],
    [
      'a good event beside a bad one',
      () =>
        JSON.stringify([
          { ...send, room },
          { ...send, room, n: 'two' },
        ]),
    ],
  ])('G2: %s is answered malformed, and stores nothing', async (_, frame) => {
    const client = await RawClient.enter(host.socketUrl, owner.token)
    client.sendFrame(frame())
    const { refusal } = await client.hears('failed')
    expect(refusal.kind).toBe('malformed')
    // The connection goes on.
    client.say({ type: 'ping' })
    await client.hears('pong')
    client.close()
    await expectUnharmed()
  })

  test.each<[string, number, () => string | Uint8Array]>([
    ['a frame over 64 KiB', 1009, () => 'x'.repeat(64 * KIB + 1)],
    ['a binary frame', 4000, () => new Uint8Array([1, 2, 3])],
  ])('%s closes the connection with %i', async (_, code, frame) => {
    const client = await RawClient.enter(host.socketUrl, owner.token)
    client.sendFrame(frame())
    expect(await client.closed).toBe(code)
    await expectUnharmed()
  })

  test.each<[string, string]>([
    ['nested 20,000 deep', `"x":${NESTED}`],
    ['of 5,000 keys', `"x":${MANY_KEYS}`],
    ['called __proto__', '"__proto__":{"text":"bad","seq":7,"by":"u_AAAAAAAAAAAAAAAAAAAAAA"}'],
    ['called constructor', '"constructor":{"prototype":{"text":"bad"}}'],
    ['that only the server says', '"seq":7,"ord":7,"at":7,"by":"u_AAAAAAAAAAAAAAAAAAAAAA","kind":"left"'],
  ])('what no schema names is dropped: a field %s', async (_, field) => {
    const client = await RawClient.enter(host.socketUrl, owner.token)
    n += 1
    const stored = client.hears('stored')
    client.sendFrame(JSON.stringify({ type: 'send', room, producer, n, text: `good ${n}` }).replace('}', `,${field}}`))
    await stored
    client.say({ type: 'history', id: 1, room, direction: 'older', anchor: n + 2, limit: 1 })
    const [record] = (await client.hears('page')).records
    const { at, ...rest } = record ?? { at: 0 }
    expect(at).toBeGreaterThan(7)
    const place = { v: 1, seq: n + 1, ord: n, by: owner.user }
    expect(rest).toEqual({ ...place, kind: 'text', producer, n, text: `good ${n}` })
    client.close()
    await expectUnharmed()
  })

  test('C1: cursors above the head, and of rooms one is not in, hide nothing that comes later', async () => {
    const client = (await RawClient.enter(host.socketUrl, owner.token)).acknowledges()
    const elsewhere = makeId('group', randomBytes(16))
    const caughtUp = client.hears('heads', ({ last }) => last !== undefined)
    client.say({
      type: 'sync',
      id: 1,
      inbox: 1_000_000,
      rooms: [
        [room, 1_000_000],
        [elsewhere, 5],
      ],
    })
    expect((await caughtUp).last).toBe('complete')
    const { rooms, inbox } = client.heard.find((event) => event.type === 'ready') ?? raise('never ready')
    expect([rooms.includes(room), rooms.includes(elsewhere), inbox < 1_000]).toEqual([true, false, true])
    const delivered = client.hears('delivery')
    await expectUnharmed()
    expect((await delivered).room).toBe(room)
    client.say({ type: 'history', id: 2, room, direction: 'newer', anchor: 1_000_000, limit: 10 })
    expect((await client.hears('page')).records).toEqual([])
    const marked = client.hears('read')
    client.say({ type: 'mark-read', room, seq: 1_000_000 })
    expect((await marked).seq).toBe(n + 1)
    client.close()
  })

  test('G6: whoever has not logged in within 10 s is closed: silent, or with one byte now and then', {
    timeout: 120_000,
  }, async () => {
    const silent = await RawClient.open(host.socketUrl)
    const dripping = openStream(Number(new URL(host.url).port), '127.0.0.1')
    const upgrade =
      'GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n'
    dripping.write(`${upgrade}sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`)
    const headers = openStream(Number(new URL(host.url).port), '127.0.0.1')
    headers.write('GET / HTTP/1.1\r\n')
    // Of a frame of 100 bytes, and of one header; neither is ever whole.
    dripping.write(Buffer.of(0x81, 0x80 | 100, 0, 0, 0, 0))
    const timer = setInterval(() => {
      for (const stream of [dripping, headers]) if (stream.writable) stream.write('x')
    }, BYTE_EVERY_MS)
    try {
      const received: Buffer[] = []
      dripping.on('data', (bytes) => received.push(bytes))
      headers.resume()
      // The last byte may come after the end, and is answered with a reset.
      for (const stream of [dripping, headers]) stream.on('error', () => {})
      const ended = Promise.all(
        [dripping, headers].map((stream) => new Promise((resolve) => stream.once('close', resolve))),
      )
      expect(await silent.closed).toBe(closeCodes.logInTimeout)
      await ended
      expect(Buffer.concat(received).includes(Buffer.from('not logged in in time'))).toBe(true)
    } finally {
      clearInterval(timer)
    }
    await expectUnharmed()
  })

  test('G2: one who does not stop sending nonsense is closed', async () => {
    const client = await RawClient.enter(host.socketUrl, owner.token)
    for (let i = 0; i < 200; i++) client.sendFrame('nonsense')
    expect(await client.closed).toBe(4000)
    await expectUnharmed()
  })

  test('G1: before hello and before log-in nothing is understood', async () => {
    const early = await RawClient.connect(host.socketUrl)
    expect(await refusalOf(early, { ...send, room } as Up)).toBe('out-of-turn')
    early.close()
    const anonymous = await RawClient.open(host.socketUrl)
    expect(await refusalOf(anonymous, { ...send, room } as Up)).toBe('out-of-turn')
    expect(await refusalOf(anonymous, { type: 'list-devices', id: 1 })).toBe('out-of-turn')
    anonymous.close()
    await expectUnharmed()
  })

  test('A7: a wrong token and a wrong password let nobody in', async () => {
    const client = await RawClient.open(host.socketUrl)
    const wrong = `${owner.token.slice(0, -4)}AAAA`
    expect(await refusalOf(client, { type: 'authenticate', id: 1, token: wrong })).toBe('not-logged-in')
    const login = { type: 'log-in', id: 2, handle: 'owner', password: 'not the password', deviceName: 'x' } as const
    expect(await refusalOf(client, { ...login, device: makeId('device', randomBytes(16)) })).toBe('wrong-credentials')
    const nobody = { ...login, handle: 'nobody', device: makeId('device', randomBytes(16)) }
    expect(await refusalOf(client, nobody)).toBe('wrong-credentials')
    client.close()
    await expectUnharmed()
  })

  test('M7: who is no member is refused, whatever is asked', async () => {
    const client = await RawClient.enter(host.socketUrl, stranger.token)
    const asks: Up[] = [
      { ...send, room } as Up,
      { type: 'skip', room, producer: makeId('producer', randomBytes(16)), n: 1 },
      { type: 'history', id: 1, room, direction: 'older', anchor: 99, limit: 50 },
      { type: 'mark-read', room, seq: 1 },
      { type: 'list-members', id: 2, room },
      { type: 'invite-members', id: 3, room, users: [stranger.user] },
      { type: 'create-group', id: 4, room, title: 'Mine now', members: [] },
    ]
    for (const ask of asks) expect(await refusalOf(client, ask), ask.type).toBe('forbidden')
    expect(await refusalOf(client, { type: 'create-invitation', id: 5, uses: 1 })).toBe('forbidden')
    client.close()
    await expectUnharmed()
  })

  test('G5: too many messages, requests and rooms are refused with when to come again', async () => {
    const client = await RawClient.enter(host.socketUrl, stranger.token)
    const own = await openGroupRaw(client)
    const flood = makeId('producer', randomBytes(16))
    const refused = client.hears('refused', ({ refusal }) => refusal.kind === 'too-frequent')
    for (let i = 1; i <= 2 * BURST; i++) client.say({ type: 'send', room: own, producer: flood, n: i, text: 'flood' })
    expect((await refused).refusal.retryAfterMs).toBeGreaterThan(0)
    const failed = client.hears('failed', ({ refusal }) => refusal.kind === 'too-frequent')
    for (let i = 0; i < 150; i++) client.say({ type: 'list-members', id: i, room: own })
    expect((await failed).refusal.retryAfterMs).toBeGreaterThan(0)
    client.close()

    const opener = await RawClient.enter(host.socketUrl, stranger.token)
    const limited = opener.hears('failed', ({ refusal }) => refusal.kind === 'too-frequent')
    for (let i = 0; i < 8; i++) {
      opener.say({ type: 'create-group', id: i, room: makeId('group', randomBytes(16)), title: 'Many', members: [] })
    }
    expect((await limited).refusal.retryAfterMs).toBeGreaterThan(0)
    opener.close()
    await expectUnharmed()
  })

  test('users that do not exist cannot be added or written to', async () => {
    const client = await RawClient.enter(host.socketUrl, owner.token)
    const nobody: UserId = makeId('user', randomBytes(16))
    expect(await refusalOf(client, { type: 'invite-members', id: 1, room, users: [nobody] })).toBe('not-found')
    expect(await refusalOf(client, { type: 'open-direct', id: 2, user: nobody })).toBe('not-found')
    client.close()
    await expectUnharmed()
  })
})

async function refusalOf(client: RawClient, ask: Up): Promise<string> {
  const answer: Down = await client.asks(ask)
  if (answer.type !== 'failed' && answer.type !== 'refused') return `answered ${answer.type}`
  return answer.refusal.kind
}

function raise(message: string): never {
  throw new Error(message)
}

import { beforeEach, describe, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { MAX_FRAME_BYTES, SILENCE_CLOSES_AFTER_MS } from '#protocol/limits.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import { HandLink } from '#tests/support/hand-link.ts'
import { Session } from './session.ts'

const user = makeId('user', new Uint8Array(16))
const WELCOME = { type: 'welcome', version: 1, server: 'x', transport: 'https' } as const

describe('a session', () => {
  let link: HandLink
  let clock: VirtualClock
  let session: Session
  let happened: string[]

  beforeEach(async () => {
    link = new HandLink()
    clock = new VirtualClock()
    happened = []
    session = new Session(link, clock, 'test', {
      welcomed: ({ server, transport }) => happened.push(`welcomed by ${server} over ${transport}`),
      received: (events) => happened.push(...events.map(({ type }) => type)),
      lost: () => happened.push('lost'),
      unreached: () => happened.push('unreached'),
      lagging: () => happened.push('lagging'),
      stalls: (isStalled) => happened.push(isStalled ? 'stalled' : 'stored again'),
      dismissed: (why) => happened.push(`dismissed ${typeof why === 'string' ? why : why.kind}`),
    })
    session.start()
    link.open()
    await clock.advance(0)
  })

  /** Answers the first request, which is the only one under way. */
  async function logIn(): Promise<void> {
    const token = `u_${'a'.repeat(22)}.v_${'a'.repeat(22)}.${'a'.repeat(43)}`
    const asked = session.ask({ type: 'authenticate', token }, 'session')
    const account = { handle: 'one', name: 'One', role: 'owner' } as const
    link.say({ type: 'session', re: 1, user, device: makeId('device', new Uint8Array(16)), ...account })
    await asked
  }

  const retry = { refusal: { kind: 'retry' } }

  test('says hello, and hears the welcome', () => {
    expect(link.said).toMatchObject([{ type: 'hello', versions: [1] }])
    link.say(WELCOME)
    expect(happened).toEqual(['welcomed by x over https'])
  })

  test('what a newer server says beside what is known here is passed over', async () => {
    link.frame('[{"type":"poll","room":"?"},{"type":"heads","heads":[]}]')
    link.frame('{"type":"poll"}')
    await clock.advance(10_000)
    expect([happened, link.reconnects]).toEqual([['heads'], 0])
  })

  test('an older server is not told, nor asked, what it would not understand, until another says it would', async () => {
    link.say({ ...WELCOME, understands: ['authenticate', 'list-devices', 'ping'] })
    await logIn()
    session.say({ type: 'typing', room: makeId('group', new Uint8Array(16)) })
    const asked = session.ask({ type: 'get-presence', user }, 'presence')
    await expect(asked).rejects.toMatchObject({ refusal: { kind: 'malformed' } })
    void session.ask({ type: 'list-devices' }, 'devices').catch(() => {})
    await clock.advance(0)
    expect(link.said.map(({ type }) => type)).toEqual(['hello', 'authenticate', 'list-devices'])
    link.close()
    link.open()
    expect(session.understands('typing')).toBe(true)
  })

  test('packs what one turn says, but no frame above the limit', async () => {
    const send = {
      type: 'send',
      room: makeId('group', new Uint8Array(16)),
      producer: makeId('producer', new Uint8Array(16)),
    } as const
    for (let n = 1; n <= 8; n++) session.say({ ...send, n, text: '你'.repeat(5_000) })
    await clock.advance(0)
    const frames = link.sent.slice(1)
    expect(frames.length).toBeLessThanOrEqual(3)
    expect(frames.every((frame) => Buffer.byteLength(frame) <= MAX_FRAME_BYTES)).toBe(true)
    expect(link.said.slice(1).map((event) => 'n' in event && event.n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('acknowledges what it got, in bytes of UTF-8', async () => {
    const frame = JSON.stringify({ type: 'failed', refusal: { kind: 'busy', reason: '你'.repeat(22_000) } })
    link.frame(frame)
    await clock.advance(0)
    expect(link.said.at(-1)).toEqual({ type: 'acknowledge', bytes: Buffer.byteLength(frame) })
  })

  test('requests end with the connection', async () => {
    await logIn()
    const asked = session.ask({ type: 'list-devices' }, 'devices')
    link.close()
    await expect(asked).rejects.toMatchObject(retry)
    await expect(session.ask({ type: 'list-devices' }, 'devices')).rejects.toMatchObject(retry)
    expect(happened).toEqual(['lost'])
  })

  test('nothing but a log-in is asked before the server knows who this is, on every connection anew', async () => {
    await expect(session.ask({ type: 'list-devices' }, 'devices')).rejects.toMatchObject(retry)
    await logIn()
    link.close()
    link.open()
    await expect(session.ask({ type: 'list-devices' }, 'devices')).rejects.toMatchObject(retry)
    await clock.advance(0)
    expect(link.said.map(({ type }) => type)).toEqual(['hello', 'authenticate', 'hello'])
  })

  test('a refusal comes with the time after which to try again', async () => {
    const input = { handle: 'one', password: 'x', device: makeId('device', new Uint8Array(16)), deviceName: 'Phone' }
    const asked = session.ask({ type: 'log-in', ...input }, 'session')
    link.say({ type: 'failed', re: 1, refusal: { kind: 'too-frequent', reason: 'slowly', retryAfterMs: 700 } })
    await expect(asked).rejects.toMatchObject({ refusal: { kind: 'too-frequent', retryAfterMs: 700 } })
  })

  test('when the server could not read a frame, no request waits for ever', async () => {
    await logIn()
    const asked = session.ask({ type: 'list-devices' }, 'devices')
    link.say({ type: 'failed', refusal: { kind: 'malformed', reason: '0.rooms: too many' } })
    await expect(asked).rejects.toMatchObject({ refusal: { kind: 'malformed' } })
    expect(happened).toContain('failed')
  })

  test('nor when the server names the one that was wrong: the others in its frame were not heard either', async () => {
    await logIn()
    const wrong = session.ask({ type: 'create-invitation', uses: -1 }, 'invitation')
    const right = session.ask({ type: 'list-devices' }, 'devices')
    link.say({ type: 'failed', re: 2, refusal: { kind: 'malformed', reason: '0.uses: too small' } })
    await expect(wrong).rejects.toMatchObject({ refusal: { kind: 'malformed' } })
    await expect(right).rejects.toMatchObject({ refusal: { kind: 'malformed' } })
    expect(happened).toContain('failed')
  })

  test('a request that fails after it was answered is reported; other answers to nobody are not', async () => {
    await logIn()
    link.say(
      { type: 'failed', re: 1, refusal: { kind: 'retry', reason: 'later' } },
      { type: 'devices', re: 2, devices: [] },
    )
    expect(happened).toEqual(['failed'])
  })

  test('an answer is seen before the events that follow it in the same frame', async () => {
    await logIn()
    void session.ask({ type: 'list-devices' }, 'devices', () => happened.push('in order'))
    link.frame('[{"type":"devices","re":2,"devices":[]},{"type":"heads","heads":[]}]')
    expect(happened).toEqual(['in order', 'heads'])
  })

  test('told that it lags, it acknowledges and gives its requests up', async () => {
    await logIn()
    const acknowledged = link.sent.length
    const asked = session.ask({ type: 'list-devices' }, 'devices')
    link.frame('{"type":"lagging"}')
    await expect(asked).rejects.toMatchObject({ refusal: { kind: 'retry' } })
    await clock.advance(0)
    expect(link.sent.slice(acknowledged).join()).toContain('acknowledge')
    expect(happened).toContain('lagging')
  })

  test('G3: what is asked before the sync that a lagging client owes is refused at once: nobody would answer', async () => {
    await logIn()
    link.frame('{"type":"lagging"}')
    await expect(session.ask({ type: 'list-devices' }, 'devices')).rejects.toMatchObject(retry)
    const synced = session.ask({ type: 'sync', rooms: [] }, 'ready')
    const asked = session.ask({ type: 'list-devices' }, 'devices')
    await clock.advance(0)
    expect(link.said.map(({ type }) => type).slice(-2)).toEqual(['sync', 'list-devices'])
    link.say({ type: 'ready', re: 2, inbox: 0, rooms: [] })
    link.say({ type: 'devices', re: 3, devices: [] })
    await expect(Promise.all([synced, asked])).resolves.toHaveLength(2)
  })

  test('a server that talks nonsense is left, but not at once', async () => {
    link.frame('{"type":"heads","heads":"nonsense"}')
    link.frame('{"type":"heads","heads":[]}')
    expect(happened).toEqual(['lost'])
    await clock.advance(4_999)
    expect(link.reconnects).toBe(0)
    await clock.advance(1)
    expect(link.reconnects).toBe(1)
    await clock.advance(60_000)
    expect([link.reconnects, happened]).toEqual([1, ['lost', 'unreached']])
  })

  test('pings when it is quiet, and connects again when nobody answers', async () => {
    await clock.advance(21_000)
    expect(link.said.at(-1)).toEqual({ type: 'ping' })
    await clock.advance(60_000)
    expect(link.reconnects).toBe(1)
  })

  test('notices a silent connection in time, whenever it fell silent', async () => {
    await clock.advance(19_000)
    link.say({ type: 'pong' })
    await clock.advance(SILENCE_CLOSES_AFTER_MS - 1)
    expect(link.reconnects).toBe(0)
    await clock.advance(1)
    expect(link.reconnects).toBe(1)
  })

  test('says when the server is there, and does not store what it is sent', async () => {
    await logIn()
    happened.length = 0
    const [room, producer] = [makeId('group', new Uint8Array(16)), makeId('producer', new Uint8Array(16))]
    for (const n of [1, 2]) session.say({ type: 'send', room, producer, n, text: 'hello' })
    await clock.advance(4_999)
    expect(link.said.at(-1)).toMatchObject({ type: 'send' })
    await clock.advance(1)
    expect([link.said.at(-1), happened]).toEqual([{ type: 'ping' }, []])
    link.say({ type: 'refused', room, producer, n: 1, refusal: { kind: 'retry', reason: '' } })
    link.say({ type: 'pong' })
    expect(happened).toEqual(['refused', 'stalled'])
    link.say({ type: 'stored', room, producer, n: 1, seq: 1 })
    expect(happened.slice(2)).toEqual(['stored again', 'stored'])
    await clock.advance(5_000)
    link.say({ type: 'pong' })
    expect(happened.slice(4)).toEqual(['stalled'])
    link.say({ type: 'refused', room, producer, n: 2, refusal: { kind: 'forbidden', reason: '' } })
    expect(happened.slice(5)).toEqual(['stored again', 'refused'])
    await clock.advance(5_000)
    link.say({ type: 'pong' })
    expect(happened.slice(7)).toEqual([])
  })

  test('a revoked device is told from a lost connection', () => {
    link.close(4003)
    expect(happened).toEqual(['lost', 'dismissed revoked'])
  })
})

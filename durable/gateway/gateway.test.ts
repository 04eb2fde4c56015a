import { beforeEach, describe, expect, test } from 'vitest'
import { closeCodes } from '#protocol/errors.ts'
import { CREDIT_BYTES, LOG_IN_WITHIN_MS, SILENCE_CLOSES_AFTER_MS } from '#protocol/limits.ts'
import type { Up } from '#protocol/up.ts'
import { type EveryEvent, everyEvent } from '#tests/support/every-event.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'

describe('the gateway', () => {
  let world: SmallWorld
  let one: Member

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[one] = (await world.members('one')) as [Member]
  })

  function everything(): EveryEvent {
    return everyEvent({ ...one, room: world.id('group'), producer: world.id('producer'), file: world.id('file') })
  }

  async function refusalOf(event: Up, before: Up[]): Promise<string> {
    const socket = await world.socket()
    for (const said of before) await socket.say(said)
    await world.pass(50)
    const from = socket.heard.length
    await socket.say(event)
    await world.pass(200)
    const answer = socket.heard.slice(from).find(({ type }) => type === 'failed' || type === 'refused')
    return answer && 'refusal' in answer ? answer.refusal.kind : 'understood'
  }

  test('G1: before hello nothing but hello is understood', async () => {
    for (const event of Object.values(everything())) {
      const harmless = event.type === 'hello' || event.type === 'ping' || event.type === 'acknowledge'
      expect(await refusalOf(event, []), event.type).toBe(harmless ? 'understood' : 'out-of-turn')
    }
  })

  test('G1: before log-in nothing but log-in is understood', async () => {
    const { hello, ...others } = everything()
    for (const event of Object.values(others)) {
      const entrance = event.type === 'register' || event.type === 'log-in' || event.type === 'authenticate'
      const harmless = event.type === 'ping' || event.type === 'acknowledge'
      const refusal = await refusalOf(event, [hello])
      if (entrance || harmless) expect(refusal, event.type).not.toBe('out-of-turn')
      else expect(refusal, event.type).toBe('out-of-turn')
    }
  })

  test('G1: an unknown version is told, and closed', async () => {
    const socket = await world.socket()
    await socket.ask({ type: 'hello', versions: [99], client: 'x' }, 'failed')
    await world.pass(100)
    expect(socket.closedWith).toBe(4005)
  })

  test('G3: above the credit there is only lagging, until the client syncs; others are served', async () => {
    const room = await world.group(one)
    const lazy = await world.enter(one)
    const keen = await world.enter(one)
    const producer = world.id('producer')
    const text = 'x'.repeat(16_000)
    let received = 0
    for (let n = 1; n * text.length < 1.5 * CREDIT_BYTES; n++) {
      await world.send(room, one, producer, n, text)
      await keen.hears('delivery', ({ to }) => to === n + 1)
      received = keen.frames.reduce((sum, frame) => sum + frame.length, 0)
      await keen.say({ type: 'acknowledge', bytes: received })
    }
    await lazy.hears('lagging')
    const got = lazy.frames.reduce((sum, frame) => sum + frame.length, 0)
    expect(got).toBeLessThanOrEqual(CREDIT_BYTES + 100)
    expect(lazy.heard.at(-1)).toEqual({ type: 'lagging' })
    expect(keen.all('lagging')).toEqual([])

    await lazy.say({ type: 'acknowledge', bytes: got })
    await lazy.ask({ type: 'sync', id: 9, rooms: [[room, 5]] }, 'heads', ({ last }) => last !== undefined)
    expect(
      lazy
        .all('heads')
        .flatMap(({ heads }) => heads)
        .at(-1)?.seq,
    ).toBe(keen.all('delivery').at(-1)?.to)
  })

  test('G3: who acknowledges more than was sent, and would have credit without end, is closed', async () => {
    const socket = await world.enter(one)
    await socket.say({ type: 'acknowledge', bytes: socket.bytes })
    expect(socket.closedWith).toBeUndefined()
    await socket.say({ type: 'acknowledge', bytes: socket.bytes + 1 })
    expect(socket.closedWith).toBe(closeCodes.malformed)
  })

  test('G3: of a client that asks for long answers and does not take them a bounded number of questions waits', async () => {
    const room = await world.group(one)
    const producer = world.id('producer')
    for (let n = 1; n <= 40; n++) await world.send(room, one, producer, n, 'x'.repeat(16_000))
    const long = {
      page: { type: 'history', room, direction: 'older', anchor: 40, limit: 50 },
      members: { type: 'list-members', room },
      files: { type: 'list-files', room },
    } as const
    for (const answer of ['page', 'members', 'files'] as const) {
      const socket = await world.enter(one)
      // Their credit is used up by pages: a room of a few has a short list.
      for (let id = 100; id < 300; id++) {
        await world.pass(100)
        await socket.say({ ...(id < 102 ? long.page : long[answer]), id })
      }
      const refused = socket.all('failed').map(({ re, refusal }) => [re, refusal.kind])
      expect(refused.length).toBeGreaterThan(60)
      expect(refused.every(([, kind]) => kind === 'busy')).toBe(true)
      expect(socket.all(answer).length + refused.length).toBeLessThan(200)
    }
  })

  test('G4: the events of one turn for one socket leave in one frame', async () => {
    const room = await world.group(one)
    const socket = await world.enter(one)
    const producer = world.id('producer')
    const from = socket.frames.length
    const sends = [1, 2, 3].map((n): Up => ({ type: 'send', room, producer, n, text: `text ${n}` }))
    await socket.frame(JSON.stringify(sends))
    await socket.hears('stored', ({ n }) => n === 3)
    const stored = socket.frames.slice(from).filter((frame) => frame.includes('stored'))
    expect(stored).toHaveLength(1)
  })

  test('G5: going away and coming back gives no fresh rate', async () => {
    const strict = await SmallWorld.start({ limits: { messagesPerSecond: 1, messageBurst: 2, roomsPerMinute: 2 } })
    const [owner] = (await strict.members('owner')) as [Member]
    const room = await strict.group(owner)
    const producer = strict.id('producer')
    const kinds: string[] = []
    for (let n = 1; n <= 6; n++) {
      const socket = await strict.enter(owner)
      await socket.say({ type: 'send', room, producer, n: Math.min(n, 3), text: 'x' })
      await socket.say({ type: 'create-group', id: 7, room: strict.id('group'), title: 'x', members: [] })
      await strict.pass(100)
      kinds.push(...socket.heard.flatMap((event) => ('refusal' in event ? [event.refusal.kind] : [])))
      await socket.drop()
      strict.machine.evictActor(`user/${owner.user}`)
    }
    expect(kinds.filter((kind) => kind === 'too-frequent').length).toBeGreaterThanOrEqual(6)
  })

  test('G5: a user who asks on many connections is answered no oftener than on one', async () => {
    const strict = await SmallWorld.start({ limits: { requestsPerSecond: 1, requestBurst: 10 } })
    const [owner] = (await strict.members('owner')) as [Member]
    await strict.pass(60_000)
    const sockets = await Promise.all([1, 2, 3, 4].map(() => strict.enter(owner)))
    for (const socket of sockets) for (let id = 10; id < 20; id++) await socket.say({ type: 'get-settings', id })
    await strict.pass(100)
    expect(sockets.flatMap((socket) => socket.all('settings'))).toHaveLength(10)
    const refused = sockets.flatMap((socket) => socket.all('failed')).map(({ refusal }) => refusal)
    expect(new Set(refused.map(({ kind }) => kind))).toEqual(new Set(['too-frequent']))
    expect(refused.every(({ retryAfterMs = 0 }) => retryAfterMs > 0 && retryAfterMs <= 1_000)).toBe(true)
  })

  test('G5, A7: a device that asks without end keeps its user neither out nor from logging it out', async () => {
    const strict = await SmallWorld.start({ limits: { requestsPerSecond: 1, requestBurst: 10 } })
    const [owner] = (await strict.members('owner')) as [Member]
    const greedy = await strict.enter(owner)
    for (let id = 10; id < 40; id++) await greedy.say({ type: 'get-settings', id })
    const socket = await strict.enter(owner)
    const { devices } = await socket.ask({ type: 'list-devices', id: 3 }, 'devices')
    const [device] = devices
    if (!device) return expect.unreachable()
    await socket.say({ type: 'revoke-device', id: 4, device: device.device })
    await strict.pass(100)
    expect(greedy.all('failed').length).toBeGreaterThan(0)
    expect(greedy.closedWith).toBe(closeCodes.deviceRevoked)
  })

  test('G5: who goes on and on saying what is refused, or nothing, is closed', async () => {
    const frames = {
      refused: JSON.stringify(Array.from({ length: 200 }, () => ({ type: 'hello', versions: [1], client: 'x' }))),
      nothing: JSON.stringify(Array.from({ length: 200 }, () => ({ type: 'acknowledge', bytes: 0 }))),
      pings: JSON.stringify(Array.from({ length: 200 }, () => ({ type: 'ping' }))),
    }
    for (const frame of Object.values(frames)) {
      const socket = await world.enter(one)
      await socket.frame(frame)
      await world.pass(10)
      expect(socket.closedWith).toBeUndefined()
      for (let i = 0; i < 10; i++) await socket.frame(frame)
      await world.pass(10)
      expect(socket.closedWith).toBe(4004)
    }
  })

  test('G3: many long answers asked for at once come one after another, and do not make the reader lag', async () => {
    const room = await world.group(one)
    const texts = Array.from({ length: 40 }, () => 'x'.repeat(16_000))
    await world.send(room, one, world.id('producer'), 1, ...texts)
    const socket = await world.enter(one)
    socket.acknowledges = true
    await socket.say({ type: 'acknowledge', bytes: socket.bytes })
    for (let id = 10; id < 40; id++)
      await socket.say({ type: 'history', id, room, direction: 'newer', anchor: 1, limit: 100 })
    await socket.hears('page', ({ re }) => re === 39)
    expect(socket.all('page').map(({ re }) => re)).toEqual(Array.from({ length: 30 }, (_, i) => 10 + i))
    expect(socket.all('lagging')).toEqual([])
  })

  test('G8: what was received before the host stops is answered, what comes after is told to come back', async () => {
    const room = await world.group(one)
    const socket = await world.enter(one)
    await socket.say({ type: 'leave', id: 5, room })
    const drained = world.machine.drain()
    await socket.say({ type: 'list-devices', id: 6 })
    await world.until(drained)
    expect(socket.all('done')).toMatchObject([{ re: 5 }])
    expect(socket.all('failed')).toMatchObject([{ re: 6, refusal: { kind: 'retry' } }])
    expect([socket.heard.at(-1), socket.closedWith]).toEqual([{ type: 'draining' }, 1012])
  })

  test('G6: a socket that has not logged in in time, or is silent, is closed', async () => {
    const idle = await world.socket()
    const silent = await world.enter(one)
    const lively = await world.enter(one)
    await world.pass(LOG_IN_WITHIN_MS + 6_000)
    expect(idle.closedWith).toBe(4002)
    expect(silent.closedWith).toBeUndefined()
    for (let passed = 0; passed < SILENCE_CLOSES_AFTER_MS; passed += 10_000) {
      await lively.say({ type: 'ping' })
      await world.pass(10_000)
    }
    expect(silent.closedWith).toBe(4001)
    expect(lively.closedWith).toBeUndefined()
  })

  test('G6: who was welcomed late has time to log in all the same', async () => {
    const late = await world.socket()
    await world.pass(LOG_IN_WITHIN_MS - 3_000)
    await late.ask({ type: 'hello', versions: [1], client: 'tests' }, 'welcome')
    await world.pass(LOG_IN_WITHIN_MS - 3_000)
    await late.ask({ type: 'authenticate', id: 1, token: one.token }, 'session')
    await world.pass(LOG_IN_WITHIN_MS)
    expect(late.closedWith).toBeUndefined()
  })

  test('G6: who tries again and again has no more time for it', async () => {
    const stranger = await world.socket()
    await stranger.ask({ type: 'hello', versions: [1], client: 'tests' }, 'welcome')
    const token = one.token.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'))
    for (let id = 1; id <= 4; id++) {
      await stranger.say({ type: 'authenticate', id, token })
      await world.pass(LOG_IN_WITHIN_MS / 2)
    }
    expect(stranger.all('failed')[0]).toMatchObject({ re: 1 })
    expect(stranger.closedWith).toBe(4002)
  })

  test('G7: log-in is refused on a connection that nothing protects', async () => {
    const socket = await world.socket('insecure')
    await socket.ask(
      { type: 'hello', versions: [1], client: 'x' },
      'welcome',
      ({ transport }) => transport === 'insecure',
    )
    const { refusal } = await socket.ask({ type: 'authenticate', id: 1, token: one.token }, 'failed')
    expect(refusal.kind).toBe('insecure-connection')
  })
})

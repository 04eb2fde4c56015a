import { beforeEach, describe, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { MAX_FRAME_BYTES } from '#protocol/limits.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import type { Link, LinkEvents } from './ports/link.ts'
import { Session } from './session.ts'

/** A link worked by hand. */
class HandLink implements Link {
  readonly sent: string[] = []
  events: LinkEvents | undefined
  reconnects = 0

  start(events: LinkEvents): void {
    this.events = events
  }

  send(frame: string): void {
    this.sent.push(frame)
  }

  reconnect(): void {
    this.reconnects++
  }

  stop(): void {}

  get said() {
    return this.sent.flatMap((frame) => JSON.parse(frame))
  }
}

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
      connecting: () => happened.push('connecting'),
      welcomed: ({ server, transport }) => happened.push(`welcomed by ${server} over ${transport}`),
      received: (events) => happened.push(...events.map(({ type }) => type)),
      lost: () => happened.push('lost'),
      lagging: () => happened.push('lagging'),
      dismissed: (why) => happened.push(`dismissed ${typeof why === 'string' ? why : why.kind}`),
    })
    session.start()
    link.events?.opened()
    await clock.advance(0)
  })

  test('says hello, and hears the welcome', () => {
    expect(link.said).toMatchObject([{ type: 'hello', versions: [1] }])
    link.events?.frame('{"type":"welcome","version":1,"server":"x","transport":"https"}')
    expect(happened).toEqual(['connecting', 'welcomed by x over https'])
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
    expect(link.said.slice(1).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('acknowledges what it got, in bytes of UTF-8', async () => {
    const frame = JSON.stringify({ type: 'failed', refusal: { kind: 'busy', reason: '你'.repeat(22_000) } })
    link.events?.frame(frame)
    await clock.advance(0)
    expect(link.said.at(-1)).toEqual({ type: 'acknowledge', bytes: Buffer.byteLength(frame) })
  })

  test('requests end with the connection', async () => {
    const asked = session.ask({ type: 'list-devices' }, 'devices')
    link.events?.closed(1006)
    await expect(asked).rejects.toMatchObject({ refusal: { kind: 'retry' } })
    await expect(session.ask({ type: 'list-devices' }, 'devices')).rejects.toMatchObject({ refusal: { kind: 'retry' } })
    expect(happened).toEqual(['connecting', 'lost'])
  })

  test('an answer is seen before the events that follow it in the same frame', () => {
    void session.ask({ type: 'list-devices' }, 'devices', () => happened.push('in order'))
    link.events?.frame('[{"type":"devices","re":1,"devices":[]},{"type":"heads","heads":[]}]')
    expect(happened).toEqual(['connecting', 'in order', 'heads'])
  })

  test('told that it lags, it acknowledges and gives its requests up', async () => {
    const asked = session.ask({ type: 'list-devices' }, 'devices')
    link.events?.frame('{"type":"lagging"}')
    await expect(asked).rejects.toMatchObject({ refusal: { kind: 'retry' } })
    await clock.advance(0)
    expect(link.said.at(-1)).toMatchObject({ type: 'acknowledge', bytes: 18 })
    expect(happened).toContain('lagging')
  })

  test('pings when it is quiet, and connects again when nobody answers', async () => {
    await clock.advance(21_000)
    expect(link.said.at(-1)).toEqual({ type: 'ping' })
    await clock.advance(60_000)
    expect(link.reconnects).toBe(1)
  })

  test('a revoked device is told from a lost connection', () => {
    link.events?.closed(4003)
    expect(happened).toEqual(['connecting', 'lost', 'dismissed revoked'])
  })
})

import { beforeEach, describe, expect, test } from 'vitest'
import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import { DEFAULT_LIMITS } from '../ports/host.ts'
import { Connection } from './connection.ts'
import { type Delivery, Feed } from './feed.ts'
import { Outgoing } from './outgoing.ts'

/** Of a timeline, with more or less in it. */
function part(from: number, to: number, bytes = 10): Delivery {
  return { from, to, event: new Uint8Array(bytes) }
}

describe('a feed', () => {
  let fetched: number[]
  let answers: (after: number) => Outcome<Delivery>
  let handed: Map<Connection, Delivery[]>
  let feed: Feed<Delivery>
  let onHand: (connection: Connection, delivery: Delivery) => void

  beforeEach(() => {
    fetched = []
    handed = new Map()
    onHand = () => {}
    answers = () => refuse('retry', 'not now')
    feed = new Feed<Delivery>(
      async (after) => {
        fetched.push(after)
        return answers(after)
      },
      (connection, delivery) => {
        handed.set(connection, [...(handed.get(connection) ?? []), delivery])
        onHand(connection, delivery)
      },
    )
  })

  const outgoing = new Outgoing(
    { send: () => {}, close: () => {}, heardAt: () => 0, survivors: () => [], afterTurn: () => {}, whenCalm: () => {} },
    () => {},
  )

  function connect(): Connection {
    return new Connection('s', { transport: 'loopback', address: '', network: '' }, outgoing, DEFAULT_LIMITS, 0)
  }

  async function live(seq: number): Promise<Connection> {
    const connection = connect()
    expect(await feed.begin(connection, feed.open(connection), seq)).toBe(true)
    return connection
  }

  test('F2: repeats are dropped, a gap is fetched once for all', async () => {
    const [a, b] = [await live(1), await live(1)]
    answers = () => ok(part(2, 4))
    expect(await Promise.all([feed.deliver(part(4, 4)), feed.deliver(part(4, 4))])).toEqual([true, true])
    expect(fetched).toEqual([1])
    for (const connection of [a, b]) expect(handed.get(connection)).toEqual([part(2, 4)])
  })

  test('M5, I9: what was held behind a departure is not handed on', async () => {
    const connection = connect()
    const subscription = feed.open(connection)
    onHand = (gone, { to }) => to === 6 && feed.close(gone)
    void feed.deliver(part(6, 6))
    void feed.deliver(part(7, 7))
    await feed.begin(connection, subscription, 5)
    expect(handed.get(connection)).toEqual([part(6, 6)])
  })

  test('G3: of what comes before a connection has begun little is held; what there was no room for it learns with a newer head', async () => {
    await live(0)
    const slow = connect()
    const subscription = feed.open(slow)
    const large = 64 * 1024 - 200
    for (let seq = 1; seq <= 20; seq++) await feed.deliver(part(seq, seq, large))
    expect(await feed.begin(slow, subscription, 0)).toBe(false)
    expect(handed.get(slow)?.map(({ to }) => to)).toEqual([1, 2, 3, 4])
    const again = feed.open(slow)
    await feed.deliver(part(21, 21, large))
    expect(await feed.begin(slow, again, 20)).toBe(true)
    expect(handed.get(slow)?.at(-1)).toEqual(part(21, 21, large))
  })

  test('G3: all that one connection is about to follow shares what is held for it, and what is closed makes room', async () => {
    const other = new Feed<Delivery>(
      async () => refuse('retry', 'not now'),
      () => {},
    )
    await live(0)
    const slow = connect()
    other.open(slow)
    await other.deliver(part(1, 1, 200 * 1024))
    const subscription = feed.open(slow)
    await feed.deliver(part(1, 1, 100 * 1024))
    feed.signal([new Uint8Array(1)])
    expect(await feed.begin(slow, subscription, 1)).toBe(false)
    other.close(slow)
    const again = feed.open(slow)
    await feed.deliver(part(2, 2, 100 * 1024))
    expect(await feed.begin(slow, again, 1)).toBe(true)
    expect(handed.get(slow)).toEqual([part(2, 2, 100 * 1024)])
  })

  test('M3: one who began above the feed gets nothing from before, also when the feed fetches what it missed', async () => {
    const old = await live(1)
    const fresh = await live(3)
    answers = () => ok(part(2, 3))
    await feed.deliver(part(3, 3))
    expect(handed.get(old)).toEqual([part(2, 3)])
    expect(handed.has(fresh)).toBe(false)
  })

  test('M3: where that brings more than it knows, it is fetched from its own place', async () => {
    await live(1)
    const fresh = await live(3)
    answers = (after) => ok(part(after + 1, 5))
    await feed.deliver(part(5, 5))
    expect(fetched).toEqual([1, 3])
    expect(handed.get(fresh)).toEqual([part(4, 5)])
  })

  test('F3: while that cannot be fetched the room is told that not everybody has it, and tells again', async () => {
    await live(1)
    const fresh = await live(3)
    answers = (after) => (after === 1 ? ok(part(2, 5)) : refuse('retry', 'not now'))
    expect(await feed.deliver(part(5, 5))).toBe(false)
    answers = (after) => ok(part(after + 1, 5))
    expect(await feed.deliver(part(6, 5))).toBe(true)
    expect(handed.get(fresh)).toEqual([part(4, 5)])
  })

  test('F2: a late copy of an older departure does not end a subscription that began after it', async () => {
    await live(5)
    const again = await live(7)
    onHand = (connection, { to }) => to === 6 && connection === again && feed.close(again)
    await feed.deliver(part(6, 6))
    await feed.deliver(part(7, 7))
    await feed.deliver(part(8, 8))
    expect(handed.get(again)).toEqual([part(8, 8)])
  })

  test('F2: a subscription that was opened anew meanwhile does not begin with the answer to the old one', async () => {
    const connection = connect()
    const old = feed.open(connection)
    const fresh = feed.open(connection)
    expect(await feed.begin(connection, old, 3)).toBe(true)
    expect(feed.isPending(connection, fresh)).toBe(true)
  })

  test('F3: what was heard before anybody had begun, and cannot be fetched now, is asked for with a newer head', async () => {
    const connection = connect()
    const subscription = feed.open(connection)
    await feed.deliver(part(9, 10))
    expect(await feed.begin(connection, subscription, 7)).toBe(false)
  })

  test('F3: one who finds a fetch under way answers with what comes of it', async () => {
    await live(1)
    await live(3)
    answers = (after) => (after === 1 ? ok(part(2, 5)) : refuse('retry', 'not now'))
    const first = feed.deliver(part(5, 5))
    await Promise.resolve()
    expect(await Promise.all([first, feed.deliver(part(6, 5))])).toEqual([false, false])
  })

  test('H1: to one of before the gateway was out of memory whatever comes first is handed, and what follows', async () => {
    const connection = connect()
    feed.rejoin(connection, 0, 5)
    for (const seq of [4, 5, 6]) await feed.deliver(part(seq, seq))
    expect(handed.get(connection)).toEqual([4, 5, 6].map((seq) => part(seq, seq)))
  })

  test('H1, I9: but nothing behind a gap, which may hide its departure', async () => {
    const connection = connect()
    feed.rejoin(connection, 0, 5)
    answers = () => ok(part(6, 6))
    onHand = (gone, { to }) => to === 6 && feed.close(gone)
    await feed.deliver(part(8, 7))
    expect(fetched).toEqual([5])
    expect(handed.get(connection)).toEqual([part(6, 6)])
    expect(feed.isEmpty).toBe(true)
  })
})

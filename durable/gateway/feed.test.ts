import { beforeEach, describe, expect, test } from 'vitest'
import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import { DEFAULT_LIMITS } from '../ports/host.ts'
import { Connection } from './connection.ts'
import { type Delivery, Feed } from './feed.ts'
import { Outgoing } from './outgoing.ts'

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
    answers = () => ok({ from: 2, to: 4 })
    expect(await Promise.all([feed.deliver({ from: 4, to: 4 }), feed.deliver({ from: 4, to: 4 })])).toEqual([
      true,
      true,
    ])
    expect(fetched).toEqual([1])
    for (const connection of [a, b]) expect(handed.get(connection)).toEqual([{ from: 2, to: 4 }])
  })

  test('M5, I9: what was held behind a departure is not handed on', async () => {
    const connection = connect()
    const subscription = feed.open(connection)
    onHand = (gone, { to }) => to === 6 && feed.close(gone)
    void feed.deliver({ from: 6, to: 6 })
    void feed.deliver({ from: 7, to: 7 })
    await feed.begin(connection, subscription, 5)
    expect(handed.get(connection)).toEqual([{ from: 6, to: 6 }])
  })

  test('M3: one who began above the feed gets nothing from before, also when the feed fetches what it missed', async () => {
    const old = await live(1)
    const fresh = await live(3)
    answers = () => ok({ from: 2, to: 3 })
    await feed.deliver({ from: 3, to: 3 })
    expect(handed.get(old)).toEqual([{ from: 2, to: 3 }])
    expect(handed.has(fresh)).toBe(false)
  })

  test('M3: where that brings more than it knows, it is fetched from its own place', async () => {
    await live(1)
    const fresh = await live(3)
    answers = (after) => ok({ from: after + 1, to: 5 })
    await feed.deliver({ from: 5, to: 5 })
    expect(fetched).toEqual([1, 3])
    expect(handed.get(fresh)).toEqual([{ from: 4, to: 5 }])
  })

  test('F3: while that cannot be fetched the room is told that not everybody has it, and tells again', async () => {
    await live(1)
    const fresh = await live(3)
    answers = (after) => (after === 1 ? ok({ from: 2, to: 5 }) : refuse('retry', 'not now'))
    expect(await feed.deliver({ from: 5, to: 5 })).toBe(false)
    answers = (after) => ok({ from: after + 1, to: 5 })
    expect(await feed.deliver({ from: 6, to: 5 })).toBe(true)
    expect(handed.get(fresh)).toEqual([{ from: 4, to: 5 }])
  })

  test('F2: a late copy of an older departure does not end a subscription that began after it', async () => {
    await live(5)
    const again = await live(7)
    onHand = (connection, { to }) => to === 6 && connection === again && feed.close(again)
    await feed.deliver({ from: 6, to: 6 })
    await feed.deliver({ from: 7, to: 7 })
    await feed.deliver({ from: 8, to: 8 })
    expect(handed.get(again)).toEqual([{ from: 8, to: 8 }])
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
    await feed.deliver({ from: 9, to: 10 })
    expect(await feed.begin(connection, subscription, 7)).toBe(false)
  })

  test('F3: one who finds a fetch under way answers with what comes of it', async () => {
    await live(1)
    await live(3)
    answers = (after) => (after === 1 ? ok({ from: 2, to: 5 }) : refuse('retry', 'not now'))
    const first = feed.deliver({ from: 5, to: 5 })
    await Promise.resolve()
    expect(await Promise.all([first, feed.deliver({ from: 6, to: 5 })])).toEqual([false, false])
  })

  test('H1: to one of before the gateway was out of memory whatever comes first is handed, and what follows', async () => {
    const connection = connect()
    feed.rejoin(connection, 0, 5)
    for (const seq of [4, 5, 6]) await feed.deliver({ from: seq, to: seq })
    expect(handed.get(connection)).toEqual([4, 5, 6].map((seq) => ({ from: seq, to: seq })))
  })

  test('H1, I9: but nothing behind a gap, which may hide its departure', async () => {
    const connection = connect()
    feed.rejoin(connection, 0, 5)
    answers = () => ok({ from: 6, to: 6 })
    onHand = (gone, { to }) => to === 6 && feed.close(gone)
    await feed.deliver({ from: 8, to: 7 })
    expect(fetched).toEqual([5])
    expect(handed.get(connection)).toEqual([{ from: 6, to: 6 }])
    expect(feed.isEmpty).toBe(true)
  })
})

import { beforeEach, describe, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { SeededRandom } from '#tests/simulation/seeded-random.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import { SmallRoom } from '#tests/support/small-room.ts'
import { Tabs } from '#tests/support/tabs.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { Outbox } from './outbox.ts'
import type { Neighbours } from './ports/neighbours.ts'
import type { Store } from './ports/store.ts'
import { memoryStore } from './stores/memory-store.ts'

const room = makeId('group', new Uint8Array(16))
const me = makeId('user', new Uint8Array(16))

describe('outboxes in two tabs on one store', () => {
  const random = new SeededRandom(1)
  let clock: VirtualClock
  let store: Store
  let there: SmallRoom
  let tabs: Tabs

  beforeEach(() => {
    clock = new VirtualClock()
    store = memoryStore()
    there = new SmallRoom()
    tabs = new Tabs()
  })

  async function openTab(user = me): Promise<{ tab: Neighbours; outbox: Outbox }> {
    const tab = tabs.open()
    const neighbours = new Neighbourhood(tab, () => user)
    const outbox: Outbox = new Outbox(
      { store, clock, random: (length) => random.bytes(length), neighbours },
      { send: (event) => there.answer(event, outbox), changed: () => {} },
    )
    const fail = (error: unknown) => {
      throw error
    }
    neighbours.listen((word) => (word.word === 'account' ? undefined : outbox.heard(word)), fail)
    await outbox.load()
    return { tab, outbox }
  }

  async function compose(outbox: Outbox, ...texts: string[]): Promise<void> {
    for (const text of texts) await outbox.compose(room, text)
    await clock.advance(0)
  }

  const textsIn = (outbox: Outbox) => outbox.of(room).map(({ text }) => text)

  test('what one composes is seen in the other, and sent by the first alone as long as it is there', async () => {
    const [{ outbox: first }, { outbox: second }] = [await openTab(), await openTab()]
    await compose(first, 'one', 'two')
    expect(second.of(room)).toEqual(first.of(room))
    second.connected()
    await clock.advance(30_000)
    expect(there.texts).toEqual([])
    first.connected()
    await clock.advance(0)
    expect(there.texts).toEqual(['one', 'two'])
    expect(there.repeats).toBe(0)
    expect([textsIn(first), textsIn(second), await store.keys('')]).toEqual([[], [], []])
  })

  test('so it is with one that is opened later', async () => {
    const { outbox: first } = await openTab()
    await compose(first, 'one')
    const { outbox: second } = await openTab()
    second.connected()
    await clock.advance(30_000)
    expect([textsIn(second), there.texts]).toEqual([['one'], []])
    first.connected()
    await clock.advance(0)
    expect([textsIn(second), there.texts, there.repeats]).toEqual([[], ['one'], 0])
  })

  test('P6: what a tab has left that is gone is adopted unchanged by one that is open, in order, once', async () => {
    const [first, { outbox: second }] = [await openTab(), await openTab()]
    await compose(first.outbox, 'one', 'two', 'three')
    const left = second.of(room)
    tabs.close(first.tab)
    second.connected()
    await compose(second, 'four')
    await clock.advance(10_000)
    expect(there.texts.filter((text) => text !== 'four')).toEqual(['one', 'two', 'three'])
    expect(left.every(({ producer }) => there.producers.has(producer))).toBe(true)
    expect([there.producers.size, textsIn(second), await store.keys('')]).toEqual([2, [], []])
  })

  test('P2: a tab that only slept, and wakes when another has sent all it had, sends nothing twice', async () => {
    const [first, { outbox: second }] = [await openTab(), await openTab()]
    await compose(first.outbox, 'one', 'two')
    tabs.close(first.tab)
    second.connected()
    await clock.advance(10_000)
    first.outbox.connected()
    await clock.advance(0)
    expect([there.texts, there.repeats, textsIn(first.outbox)]).toEqual([['one', 'two'], 2, []])
  })

  test('what is given up in one is gone in the other', async () => {
    const [{ outbox: first }, { outbox: second }] = [await openTab(), await openTab()]
    first.connected()
    there.isMember = false
    await compose(first, 'one')
    const [refused] = second.of(room)
    expect(refused?.refusal?.kind).toBe('forbidden')
    if (refused) await second.discard(refused)
    await clock.advance(0)
    expect([textsIn(first), textsIn(second)]).toEqual([[], []])
  })

  test('a tab of another account hears nothing of it', async () => {
    const [{ outbox: first }, { outbox: second }] = [
      await openTab(),
      await openTab(makeId('user', new Uint8Array(16).fill(1))),
    ]
    await compose(first, 'one')
    expect(textsIn(second)).toEqual([])
  })
})

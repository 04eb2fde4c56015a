import { beforeEach, describe, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { SeededRandom } from '#tests/simulation/seeded-random.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import { SmallRoom } from '#tests/support/small-room.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { Outbox } from './outbox.ts'
import type { Store } from './ports/store.ts'
import { memoryStore } from './stores/memory-store.ts'

const room = makeId('group', new Uint8Array(16))

describe('an outbox', () => {
  const random = new SeededRandom(1)
  let clock: VirtualClock
  let store: Store
  let there: SmallRoom
  let outbox: Outbox
  const neighbours = new Neighbourhood(undefined, () => undefined)

  beforeEach(() => {
    clock = new VirtualClock()
    store = memoryStore()
    there = new SmallRoom()
    outbox = newOutbox()
  })

  function newOutbox(): Outbox {
    const made: Outbox = new Outbox(
      { store, clock, random: (length) => random.bytes(length), neighbours },
      { send: (event) => there.answer(event, made), changed: () => {} },
    )
    return made
  }

  /** The tab dies; the next one adopts what is on the device. */
  async function reload(): Promise<void> {
    outbox.disconnected()
    outbox = newOutbox()
    await outbox.load()
    outbox.connected()
    await clock.advance(5_000)
  }

  async function compose(...texts: string[]): Promise<void> {
    for (const text of texts) await outbox.compose(room, text)
    await clock.advance(5_000)
  }

  const shown = () => outbox.of(room).map(({ text, refusal }) => `${text}${refusal ? `: ${refusal.kind}` : ''}`)

  test('P3: one who left and was invited again can write again, in the same tab', async () => {
    outbox.connected()
    there.isMember = false
    await compose('one', 'two')
    expect(shown()).toEqual(['one: forbidden', 'two: forbidden'])
    there.isMember = true
    await compose('three', 'four')
    expect(there.texts).toEqual(['three', 'four'])
    expect(shown()).toEqual(['one: forbidden', 'two: forbidden'])
  })

  test('P3: and so after the page was loaded again', async () => {
    there.isMember = false
    outbox.connected()
    await compose('one')
    outbox.disconnected()
    there.isMember = true
    await compose('two')
    await reload()
    expect(there.texts).toEqual(['two'])
    expect(shown()).toEqual(['one: forbidden'])
  })

  test('P4: a message given up before its skip was answered leaves no hole behind, also after a reload', async () => {
    outbox.connected()
    there.isMember = false
    there.answersSkips = false
    await compose('one')
    const [refused] = outbox.of(room)
    if (refused) await outbox.discard(refused)
    expect(shown()).toEqual([])
    there.isMember = true
    await compose('two')
    expect(await store.keys('outgoing/')).toHaveLength(2)
    there.answersSkips = true
    await reload()
    expect(there.texts).toEqual(['two'])
    expect(await store.keys('outgoing/')).toEqual([])
  })

  test('P4: a message that was given up when its number was settled is gone', async () => {
    outbox.connected()
    there.isMember = false
    await compose('one')
    there.isMember = true
    await compose('two')
    const [refused] = outbox.of(room)
    if (refused) await outbox.discard(refused)
    expect(await store.keys('outgoing/')).toEqual([])
  })

  test('P4: a message that the device could not keep holds up nothing, also after a reload', async () => {
    const set = store.set
    store.set = () => Promise.reject(new Error('the device is full'))
    await expect(outbox.compose(room, 'one')).rejects.toThrow('full')
    store.set = set
    await compose('two')
    await reload()
    expect(there.texts).toEqual(['two'])
  })

  test('P5: whoever logs in next is another producer, and nothing of the one before is sent', async () => {
    outbox.connected()
    await compose('of the first')
    outbox.disconnected()
    await compose('never sent')
    outbox.forget()
    outbox.connected()
    await compose('of the second')
    expect(there.texts).toEqual(['of the first', 'of the second'])
  })

  test('P5: nor shown, where it was being kept when they left', async () => {
    const composing = outbox.composeFrom('upload', room, 'of the first', [])
    outbox.forget()
    await composing
    expect(shown()).toEqual([])
  })

  test('P5: also when one of them was waiting for its pause to end', async () => {
    outbox.connected()
    const take = there.take
    there.take = () => 'out-of-order'
    await outbox.compose(room, 'of the first')
    await clock.advance(0)
    there.take = take
    outbox.forget()
    outbox.connected()
    await clock.advance(5_000)
    expect(there.texts).toEqual([])
  })
})

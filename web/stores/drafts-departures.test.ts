import { expect, test } from 'vitest'
import { memoryStore, type RoomView, type Store } from '#client/index.ts'
import { makeId } from '#protocol/ids.ts'
import { Tabs } from '#tests/support/tabs.ts'
import { DraftsStore } from './drafts-store.ts'
import { SendingSlips } from './sending-slips.ts'

const ROOM = makeId('group', new Uint8Array(16))
const A = makeId('user', new Uint8Array(16).fill(1))
const B = makeId('user', new Uint8Array(16).fill(2))
const tick = async () => {
  for (let i = 0; i < 50; i++) await Promise.resolve()
}

test('a draft that is being read when its writer leaves is not shown to the next', async () => {
  const inner = memoryStore()
  let slow: Promise<void> | undefined
  const store: Store = {
    ...inner,
    async get(key) {
      const value = await inner.get(key)
      await slow
      return value
    },
  }
  const tabs = new Tabs()
  const pref = () => {
    const kept = new Map<string, string>()
    return { read: (key: string) => kept.get(key), write: (key: string, value: string) => void kept.set(key, value) }
  }
  const first = new DraftsStore(store, new SendingSlips(pref()), tabs.open())
  const second = new DraftsStore(store, new SendingSlips(pref()), tabs.open())
  await first.enter(A)
  await second.enter(A)
  const gate = Promise.withResolvers<void>()
  slow = gate.promise
  void first.set(ROOM, 'private to A')
  await tick()
  await second.forgetAll()
  const entering = second.enter(B)
  gate.resolve()
  await entering
  await tick()
  expect(second.of(ROOM)).toBe('')
})

test('a text whose sending is over after its writer has left is not written down again', () => {
  const kept = new Map<string, string>()
  const slips = new SendingSlips({ read: (key) => kept.get(key), write: (key, value) => void kept.set(key, value) })
  const slip = slips.write({ id: ROOM, head: 1, outgoing: [] as RoomView['outgoing'] } as RoomView, 'private to A', A)
  slips.forgetAll()
  slip.kept()
  expect([...kept.values()]).toEqual([''])
})

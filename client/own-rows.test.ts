import { expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { OwnRows } from './own-rows.ts'
import { memoryStore } from './stores/memory-store.ts'

const user = makeId('user', new Uint8Array(16))

test('what a version without accounts in its keys had to send is found, also where that was cut off', async () => {
  const store = memoryStore()
  await store.set('outgoing/p/r/1', 'one')
  await store.set('outgoing/p/r/2', 'two')
  await store.set('inbox', 7)
  const failing = { ...store, remove: () => Promise.reject(new Error('the tab is closed')) }
  const cutOff = new OwnRows(failing)
  cutOff.of(user)
  await expect(cutOff.takeOlder()).rejects.toThrow('closed')
  const rows = new OwnRows(store)
  rows.of(user)
  await rows.takeOlder()
  expect([await rows.get('outgoing/p/r/1'), await rows.get('outgoing/p/r/2')]).toEqual(['one', 'two'])
  expect(await store.keys('outgoing/')).toEqual([])
  expect(await rows.keys('')).toHaveLength(2)
})

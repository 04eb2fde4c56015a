import { beforeEach, describe, expect, test } from 'vitest'
import { makeId, type UserId } from '#protocol/ids.ts'
import { Profiles } from './profiles.ts'
import { offline } from './refused-error.ts'
import { memoryStore } from './stores/memory-store.ts'

const users = [1, 2, 3].map((byte) => makeId('user', new Uint8Array(16).fill(byte))) as [UserId, UserId, UserId]

describe('profiles', () => {
  const store = memoryStore()
  let asked: UserId[][]
  let isOffline: boolean
  let failures: unknown[]
  let profiles: Profiles

  beforeEach(() => {
    asked = []
    isOffline = false
    failures = []
    profiles = new Profiles(
      store,
      async (missing) => {
        asked.push(missing)
        if (isOffline) throw offline()
        return missing.map((user) => ({ user, handle: 'one', name: 'One' }))
      },
      { changed: () => {}, storeFailed: (error) => failures.push(error) },
    )
  })

  const settled = () => new Promise((resolve) => setImmediate(resolve))

  test('what is missed together is asked for together, once', async () => {
    for (const user of [users[0], users[1], users[0]]) profiles.get(user)
    void profiles.fetchMissing()
    await settled()
    profiles.get(users[0])
    await settled()
    expect(asked).toEqual([[users[0], users[1]]])
  })

  test('what could not be fetched is asked for again with the next miss', async () => {
    isOffline = true
    profiles.get(users[0])
    await settled()
    isOffline = false
    profiles.get(users[2])
    await settled()
    expect(asked).toEqual([[users[0]], [users[0], users[2]]])
    expect(profiles.get(users[0])).toMatchObject({ name: 'One' })
  })

  test('a device that cannot keep a profile says so, and shows it', async () => {
    const full = { ...store, set: () => Promise.reject(new Error('the device is full')) }
    profiles = new Profiles(full, async () => [], {
      changed: () => {},
      storeFailed: (error) => failures.push(error),
    })
    profiles.learn({ user: users[0], handle: 'one', name: 'One' })
    await settled()
    expect(failures).toEqual([new Error('the device is full')])
    expect(profiles.get(users[0])).toMatchObject({ name: 'One' })
  })
})

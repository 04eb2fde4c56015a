import { expect, test } from 'vitest'
import { ok, refuse } from '#protocol/errors.ts'
import { MemoryDisk } from '#tests/support/memory-storage.ts'
import { Followers } from './followers.ts'

test('F4: a gateway that follows again while others are still being told stays, in memory and on disk', async () => {
  const storage = new MemoryDisk().open('room/x')
  const followers = new Followers()
  const [a, b] = ['a', 'b'].map((gateway) => ({ gateway, generation: 'g' })) as [
    { gateway: string; generation: string },
    { gateway: string; generation: string },
  ]
  await storage.commit({ writes: [...followers.add(a), ...followers.add(b)] })
  const slow = Promise.withResolvers<void>()
  const told = followers.tell('records', async ({ gateway }) => {
    if (gateway === 'a') return ok('nobody')
    await slow.promise
    return ok('here')
  })
  await storage.commit({ writes: followers.add(a) })
  slow.resolve()
  await storage.commit({ writes: followers.remove(await told) })
  const reloaded = new Followers()
  await reloaded.load(storage)
  expect([followers.includes(a), reloaded.includes(a)]).toEqual([true, true])
})

test('U4: what was said beside the sequence and did not arrive is said again, though records arrived since', async () => {
  const followers = new Followers()
  followers.add({ gateway: 'a', generation: 'g' })
  await followers.tell('more', async () => refuse('retry', 'not now'))
  await followers.tell('records', async () => ok('here'))
  expect(followers.someBehind).toBe(true)
  await followers.tell('notice', async () => ok('here'))
  expect(followers.someBehind).toBe(false)
})

test('F4: a late word of a generation that is over does not end the one that lives', async () => {
  const [alive, over] = [
    { gateway: 'a', generation: 'new' },
    { gateway: 'a', generation: 'old' },
  ]
  const followers = new Followers()
  followers.add(alive)
  followers.add(over)
  followers.remove(
    await followers.tell('records', async ({ generation }) => ok(generation === 'new' ? 'here' : 'nobody')),
  )
  expect([followers.includes(alive), followers.includes(over)]).toEqual([true, false])
})

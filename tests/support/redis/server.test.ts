import { Redis } from 'ioredis'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { environment } from '../environment.ts'
import { runProgram } from '../run-program.ts'
import { openRedis, RedisServer } from './server.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('a store that is given is used, emptied first, and runs on afterwards; without one there is one of our own', async () => {
  const theirs = await RedisServer.start()
  const client = new Redis(theirs.url, { protocol: 2 })
  onTestFinished(async () => {
    client.disconnect()
    await theirs.stop()
  })
  await client.set('from before', 'x')
  const given = await openRedis(theirs.url)
  expect([given.url, given.port, await client.keys('*')]).toEqual([theirs.url, theirs.port, []])
  await given.stop()
  expect(await client.ping()).toBe('PONG')
  const own = await openRedis(undefined)
  expect(own.port).not.toBe(theirs.port)
  await own.stop()
})

test('a program of ours does not find what was given to the tests, and so keeps nothing there', async () => {
  vi.stubEnv('SNUG_REDIS_URL', 'redis://127.0.0.1:1')
  expect(environment()).not.toHaveProperty('SNUG_REDIS_URL')
  const { out } = await runProgram('-p', ['process.env.SNUG_REDIS_URL'])
  expect(out.trim()).toBe('undefined')
})

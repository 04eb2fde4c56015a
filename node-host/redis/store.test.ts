import { afterAll, beforeAll, expect } from 'vitest'
import { storageContract } from '#tests/contracts/storage.ts'
import { RedisProxy } from '#tests/support/redis/proxy.ts'
import { RedisServer } from '#tests/support/redis/server.ts'
import { ActorStorage } from '../storage.ts'
import { takeServers } from './ground.ts'
import { RedisStore } from './store.ts'

let servers: RedisServer[]
let proxies: RedisProxy[]
beforeAll(async () => {
  servers = await Promise.all([RedisServer.start(), RedisServer.start(), RedisServer.start()])
  proxies = await Promise.all(servers.map(({ port }) => RedisProxy.start(port)))
})
afterAll(async () => {
  expect(proxies.flatMap(({ uncommon }) => uncommon)).toEqual([])
  await Promise.all(proxies.map((proxy) => proxy.stop()))
  await Promise.all(servers.map((server) => server.stop()))
})

async function open(urls: readonly string[]) {
  const fail = (error?: Error) => {
    throw error ?? new Error('lost')
  }
  const ground = await takeServers(urls, fail)
  const store = await RedisStore.openShare(
    { format: ground.format, isMine: () => true },
    { onBatch: () => {}, onFailure: fail },
  )
  return { ground, store }
}

for (const count of [1, 3]) {
  storageContract(`${count} Redis`, async () => {
    const used = servers.slice(0, count)
    await Promise.all(used.map((server) => server.empty()))
    const urls = proxies.slice(0, count).map(({ url }) => url)
    let running = await open(urls)
    const close = async () => {
      await running.store.close()
      await running.ground.release()
    }
    return {
      open: async (actor) => new ActorStorage(running.store.partitionOf(actor), actor),
      alarm: async (actor) => new Map(await running.store.alarms()).get(actor) ?? null,
      restart: async () => {
        await close()
        running = await open(urls)
      },
      close,
    }
  })
}

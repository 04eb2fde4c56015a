import { afterAll, beforeAll } from 'vitest'
import { storageContract } from '#tests/contracts/storage.ts'
import { RedisServer } from '#tests/support/redis/redis-server.ts'
import { ActorStorage } from '../storage.ts'
import { takeServers } from './ground.ts'
import { RedisStore } from './store.ts'

let servers: RedisServer[]
beforeAll(async () => {
  servers = await Promise.all([RedisServer.start(), RedisServer.start(), RedisServer.start()])
})
afterAll(async () => {
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
    const urls = used.map(({ url }) => url)
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

import { afterAll, beforeAll, describe, expect } from 'vitest'
import { storageContract } from '#tests/contracts/storage.ts'
import { OpenStore } from '#tests/support/redis/chronicle.ts'
import { RedisProxy } from '#tests/support/redis/proxy.ts'
import { type AnyRedis, openRedis, REDIS_NAME, RedisServer } from '#tests/support/redis/server.ts'
import { ActorStorage } from '../storage.ts'

describe('on one server', () => testOn(REDIS_NAME, async () => [await openRedis()]))
describe('on three servers', () =>
  testOn('three Redis', () => Promise.all([RedisServer.start(), RedisServer.start(), RedisServer.start()])))

/** Registers the suite of the Storage port, behind proxies that refuse what not every store understands. */
function testOn(name: string, start: () => Promise<AnyRedis[]>): void {
  let servers: AnyRedis[]
  let proxies: RedisProxy[]
  beforeAll(async () => {
    servers = await start()
    proxies = await Promise.all(servers.map(({ port, host }) => RedisProxy.start(port, host)))
  })
  afterAll(async () => {
    expect(proxies.flatMap(({ uncommon }) => uncommon)).toEqual([])
    await Promise.all([...proxies, ...servers].map((each) => each.stop()))
  })
  storageContract(name, async () => {
    await Promise.all(servers.map((server) => server.empty()))
    const urls = proxies.map(({ url }) => url)
    let running = await OpenStore.open(urls)
    return {
      open: async (actor) => new ActorStorage(running.store.partitionOf(actor), actor),
      alarm: async (actor) => new Map(await running.store.alarms()).get(actor) ?? null,
      restart: async () => {
        await running.close()
        running = await OpenStore.open(urls)
      },
      close: () => running.close(),
    }
  })
}

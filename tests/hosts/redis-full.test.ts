import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { makeId, type RoomId } from '#protocol/ids.ts'
import type { HostProcess } from '../support/host-process.ts'
import { startHost } from '../support/hosts.ts'
import { isText, readTimeline } from '../support/load.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { RedisServer } from '../support/redis/server.ts'
import { SmallDisk } from '../support/small-disk.ts'

const DISK_KIB = 4096
/** The folder in which Redis keeps them. */
const APPEND_ONLY_FILES = 'appendonlydir'
/** After the cause is gone. */
const BACK_WITHIN_MS = 5_000

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function startOn(redis: RedisServer): Promise<Writer> {
  const host = await startHost('node-host', ['--redis-url', redis.url])
  cleanUps.push(() => host.dispose())
  return Writer.enter(host)
}

test('Redis has no memory left: nothing is acknowledged, other rooms can be read, and all goes on when there is', async () => {
  const redis = await RedisServer.start()
  cleanUps.push(() => redis.stop())
  const writer = await startOn(redis)
  await writer.send()
  const other = await writer.inAnotherRoom()
  await other.send()
  const client = new Redis(redis.url, { protocol: 2 })
  await client.config('SET', 'maxmemory', '1')
  const stored = writer.send()
  await expect.poll(() => client.info('errorstats')).toContain('errorstat_OOM')
  expect(await other.textsRead()).toBe(1)
  expect(writer.acknowledged).toBe(1)
  await client.config('SET', 'maxmemory', '0')
  client.disconnect()
  await goesOn(stored)
  expect(await writer.textsRead()).toBe(2)
})

/** With `appendfsync always` Redis ends where it cannot write. */
test('the disk of Redis is full: nothing is acknowledged, and all goes on when there is room and it runs again', async () => {
  const disk = await SmallDisk.mount(DISK_KIB)
  cleanUps.push(() => disk.unmount())
  const redis = await RedisServer.startOn(disk)
  cleanUps.push(() => redis.kill())
  const writer = await startOn(redis)
  await writer.send()
  await disk.fill()
  const stored: Promise<void>[] = []
  const ended = redis.ended()
  let isUp = true
  void ended.then(() => {
    isUp = false
  })
  // What fits into its last page is still acknowledged, and kept.
  while (isUp) {
    const next = writer.send()
    stored.push(next)
    await Promise.race([next, ended])
  }
  await disk.makeRoom()
  expect(writer.acknowledged).toBeLessThanOrEqual(textsIn(await disk.read(APPEND_ONLY_FILES)))
  await redis.up()
  await goesOn(Promise.all(stored))
  expect(await writer.textsRead()).toBe(writer.acknowledged)
  expect(writer.acknowledged).toBe(1 + stored.length)
})

function textsIn(appended: string): number {
  return new Set(appended.match(/text \d+/g)).size
}

async function goesOn(stored: Promise<unknown>): Promise<void> {
  const start = performance.now()
  await stored
  expect(performance.now() - start, 'ms until all went on').toBeLessThan(BACK_WITHIN_MS)
}

/** One who writes into a room of theirs, and counts what is acknowledged. */
class Writer {
  acknowledged = 0
  readonly #client: RawClient
  readonly #room: RoomId
  readonly #producer = makeId('producer', randomBytes(16))
  #n = 0

  private constructor(client: RawClient, room: RoomId) {
    this.#client = client
    this.#room = room
  }

  static async enter(host: HostProcess): Promise<Writer> {
    const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const client = (await RawClient.enter(host.socketUrl, token)).acknowledges()
    return new Writer(client, await openGroupRaw(client))
  }

  async inAnotherRoom(): Promise<Writer> {
    return new Writer(this.#client, await openGroupRaw(this.#client))
  }

  /** Resolves when it is acknowledged. */
  async send(): Promise<void> {
    const n = ++this.#n
    const stored = this.#client.hears('stored', (event) => event.n === n && event.producer === this.#producer)
    this.#client.say({ type: 'send', room: this.#room, producer: this.#producer, n, text: `text ${n}` })
    await stored
    this.acknowledged += 1
  }

  async textsRead(): Promise<number> {
    return (await readTimeline(this.#client, this.#room, 0)).filter(isText).length
  }
}

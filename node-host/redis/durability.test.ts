import { afterEach, expect, onTestFinished, test } from 'vitest'
import { pass } from '#tests/support/redis/faults.ts'
import { RedisProxy } from '#tests/support/redis/proxy.ts'
import { RedisServer } from '#tests/support/redis/server.ts'
import { Connection } from './connection.ts'
import { type Durability, durabilityOf } from './durability.ts'

let connection: Connection | undefined
afterEach(() => connection?.close())

async function durabilityAt(url: string): Promise<Durability> {
  connection = await Connection.open(url)
  return durabilityOf(connection)
}

test.each<[string, string[], Durability['survives'], RegExp]>([
  ['syncs each write', [], 'power-safe', /appendfsync is always/],
  ['syncs later', ['--appendfsync', 'everysec'], 'crash-safe', /appendfsync is everysec/],
  ['does not sync while it rewrites its log', ['--no-appendfsync-on-rewrite', 'yes'], 'crash-safe', /so set it to no/],
  ['keeps no log', ['--appendonly', 'no'], 'unsafe', /set appendonly to yes/],
  ['does not tell', ['--rename-command', 'CONFIG', ''], 'unknown', /does not tell/],
])('a Redis that %s', async (_what, settings, survives, reason) => {
  const redis = await RedisServer.start(...settings)
  onTestFinished(() => redis.stop())
  expect(await durabilityAt(redis.url)).toMatchObject({ survives, reason: expect.stringMatching(reason) })
})

/** In its words: there is none to start here. */
test.each<[string, Record<string, string>, Durability['survives'], RegExp]>([
  ['syncs', { sync: 'yes', disable_wal: 'no' }, 'power-safe', /sync is yes/],
  ['does not sync', { sync: 'no', disable_wal: 'no' }, 'crash-safe', /sync is not yes/],
  ['keeps no log', { sync: 'no', disable_wal: 'yes' }, 'unsafe', /set rocksdb.write_options.disable_wal to no/],
  ['does not tell', {}, 'unknown', /does not tell/],
])('a Kvrocks that %s', async (_what, options, survives, reason) => {
  const redis = await RedisServer.start()
  const proxy = await RedisProxy.start(redis.port)
  onTestFinished(async () => {
    await proxy.stop()
    await redis.stop()
  })
  proxy.judge = (parts, command) => {
    const [name, , setting = ''] = parts.map(String)
    if (name === 'info') return { answer: bulk('# Server\r\nkvrocks_version:2.9.0\r\nredis_version:4.0.0\r\n') }
    if (name !== 'config') return pass(parts, command)
    const value = options[setting.replace('rocksdb.write_options.', '')]
    return { answer: value === undefined ? '*0\r\n' : `*2\r\n${bulk(setting)}${bulk(value)}` }
  }
  const found = await durabilityAt(proxy.url)
  expect(found).toMatchObject({ server: 'Kvrocks 2.9.0', survives, reason: expect.stringMatching(reason) })
})

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`
}

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryStore, Snug } from '#client/index.ts'
import type { RoomId } from '#protocol/ids.ts'
import { runRestore, succeeded } from '../support/backups.ts'
import { HostProcess } from '../support/host-process.ts'
import { programOf } from '../support/hosts.ts'
import { RedisServer } from '../support/redis/server.ts'
import { runProgram } from '../support/run-program.ts'
import { ROOT } from '../support/workerd.ts'

/** What earlier versions have written (tests/fixtures/make.ts). */
const FIXTURES = join(ROOT, 'tests/fixtures')
const VERSIONS = readdirSync(FIXTURES, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? entry.name : [],
)
const OF_DEVICE = { deviceName: 'a test', clientName: 'older data' }
/** At the first of these calls a start is killed. */
const KILLED_AT = ['fsync', 'fdatasync', 'pwrite64']

type Expected = {
  readonly account: { readonly handle: string; readonly password: string }
  readonly room: RoomId
  readonly texts: readonly string[]
  readonly unsent: string
  readonly last: string
  /** The room of the same on other hosts. */
  readonly elsewhere?: { readonly workerd?: RoomId; readonly redis?: RoomId }
}

let folder: string
let made = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-older-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('there is something of earlier versions', () => {
  expect(VERSIONS.length).toBeGreaterThanOrEqual(2)
})

describe.each(VERSIONS)('what version %s has written', (version) => {
  const at = (file: string) => join(FIXTURES, version, file)
  const has = (file: string) => readdirSync(join(FIXTURES, version)).includes(file)
  const expected: Expected = JSON.parse(readFileSync(at('expected.json'), 'utf8'))

  function unpacked(file: string): string {
    const data = join(folder, `${++made}`)
    mkdirSync(data, { mode: 0o700 })
    execFileSync('tar', ['-xzf', at(file), '-C', data, '--no-same-owner'])
    return data
  }

  test.each(['stopped', 'killed'])(
    'a folder of a host that was %s is opened, and people find all of it',
    async (how) => {
      const host = await HostProcess.start({ data: unpacked(`${how}.tar.gz`) })
      expect(await textsOn(host, expected)).toEqual(
        how === 'killed' ? [...expected.texts, expected.last] : expected.texts,
      )
      await host.dispose()
    },
  )

  test('a device that kept it sends what had waited, once', async () => {
    const host = await HostProcess.start({ data: unpacked('stopped.tar.gz') })
    const store = memoryStore()
    const rows: [string, unknown][] = JSON.parse(readFileSync(at('device.json'), 'utf8'))
    for (const [key, value] of rows) await store.set(key, value)
    const device = new Snug({ ...OF_DEVICE, url: host.socketUrl, store })
    await device.start()
    const all = [...expected.texts, expected.unsent]
    await expect.poll(() => device.rooms.get(expected.room)?.outgoing).toEqual([])
    await device.stop()
    expect(await textsOn(host, expected)).toEqual(all)
    await host.dispose()
  })

  test('a start that is killed on its way, again and again, harms nothing', async () => {
    const data = unpacked('killed.tar.gz')
    for (const call of KILLED_AT) {
      const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=1`]
      const under = ['strace', '-f', '-qq', '-o', '/dev/null', ...inject]
      const { signal, code } = await runProgram(programOf('node-host'), ['--port', '0', '--data', data], under)
      expect([signal, code]).not.toContain(0)
    }
    const host = await HostProcess.start({ data })
    expect(await textsOn(host, expected)).toEqual([...expected.texts, expected.last])
    await host.dispose()
  })

  if (expected.elsewhere?.workerd)
    test('a folder of workerd that was killed is opened', async () => {
      const host = await HostProcess.start({ launcher: 'dist/workerd/launch.js', data: unpacked('workerd.tar.gz') })
      expect(await textsOn(host, { ...expected, room: expected.elsewhere?.workerd })).toEqual(expected.texts)
      await host.dispose()
    })

  if (expected.elsewhere?.redis)
    test('what stands on a Redis is found, after it was killed with its host', async () => {
      const both = unpacked('redis.tar.gz')
      const redis = await RedisServer.startOn({ folder: join(both, 'redis'), under: [] })
      const host = await HostProcess.start({ data: join(both, 'data'), args: ['--redis-url', redis.url] })
      expect(await textsOn(host, { ...expected, room: expected.elsewhere?.redis })).toEqual(expected.texts)
      await host.dispose()
      await redis.kill()
    })

  if (has('backup.tar.gz'))
    test('a backup of it is put back', async () => {
      const archive = join(folder, `${version}.tar`)
      await writeFile(archive, gunzipSync(readFileSync(at('backup.tar.gz'))))
      const data = join(folder, `${++made}`)
      succeeded(await runRestore([archive, '--data', data]))
      const host = await HostProcess.start({ data })
      expect(await textsOn(host, expected)).toEqual(expected.texts)
      await host.dispose()
    })
})

async function textsOn(
  host: HostProcess,
  { account, room }: Pick<Expected, 'account'> & { readonly room?: RoomId },
): Promise<string[]> {
  const device = new Snug({ ...OF_DEVICE, url: host.socketUrl, store: memoryStore() })
  await device.start()
  await device.logIn(account)
  if (!room) throw new Error('the version has none')
  await expect.poll(() => device.rooms.has(room)).toBe(true)
  while (device.rooms.get(room)?.complete === false) await device.loadOlder(room)
  const texts = device.rooms.get(room)?.records.flatMap((record) => (record.kind === 'text' ? [record.text] : [])) ?? []
  await device.stop()
  return texts
}

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { memoryStore, Snug } from '#client/index.ts'
import type { Declaration } from '#protocol/file.ts'
import { type FileId, makeId, type RoomId } from '#protocol/ids.ts'
import { PART_BYTES } from '#protocol/limits.ts'
import { runRestore, succeeded } from '../support/backups.ts'
import { type HostOptions, HostProcess } from '../support/host-process.ts'
import { programOf } from '../support/hosts.ts'
import { RawClient } from '../support/raw-client.ts'
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

/** Where somebody was, and what they did there. */
type Story = {
  readonly room: RoomId
  readonly direct?: RoomId
  readonly files?: {
    readonly file: FileId
    readonly text: string
    /** Sent, and given up. */
    readonly dropped: FileId
    /** Zeros in parts, of which the last has come. */
    readonly half: Declaration & { readonly parts: readonly string[] }
  }
}

type Expected = Story & {
  readonly account: { readonly handle: string; readonly password: string }
  /** Who has the direct conversation with them, and what was said there. */
  readonly other?: Expected['account']
  readonly greeting?: string
  readonly texts: readonly string[]
  readonly unsent: string
  readonly last: string
  /** The same on other hosts. */
  readonly elsewhere?: { readonly workerd?: Story; readonly redis?: Story }
}

let folder: string
let made = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-older-'))
})
afterAll(() => rm(folder, { recursive: true }))

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function startHere(options: HostOptions): Promise<HostProcess> {
  const host = await HostProcess.start(options)
  cleanUps.push(() => host.dispose())
  return host
}

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
      const host = await startHere({ data: unpacked(`${how}.tar.gz`) })
      expect(await textsOn(host, expected)).toEqual(
        how === 'killed' ? [...expected.texts, expected.last] : expected.texts,
      )
      await findBeside(host, expected)
    },
  )

  test('a device that kept it sends what had waited, once', async () => {
    const host = await startHere({ data: unpacked('stopped.tar.gz') })
    const store = memoryStore()
    const rows: [string, unknown][] = JSON.parse(readFileSync(at('device.json'), 'utf8'))
    for (const [key, value] of rows) await store.set(key, value)
    const device = new Snug({ ...OF_DEVICE, url: host.socketUrl, store })
    await device.start()
    const all = [...expected.texts, expected.unsent]
    await expect.poll(() => device.rooms.get(expected.room)?.outgoing).toEqual([])
    await device.stop()
    expect(await textsOn(host, expected)).toEqual(all)
  })

  test('a start that is killed on its way, again and again, harms nothing', async () => {
    const data = unpacked('killed.tar.gz')
    for (const call of KILLED_AT) {
      const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=1`]
      const under = ['strace', '-f', '-qq', '-o', '/dev/null', ...inject]
      const { signal, code } = await runProgram(programOf('node-host'), ['--port', '0', '--data', data], under)
      expect([signal, code]).not.toContain(0)
    }
    const host = await startHere({ data })
    expect(await textsOn(host, expected)).toEqual([...expected.texts, expected.last])
  })

  if (expected.elsewhere?.workerd)
    test('a folder of workerd that was killed is opened', async () => {
      const host = await startHere({ launcher: 'dist/workerd/launch.js', data: unpacked('workerd.tar.gz') })
      const there = { ...expected, files: undefined, ...expected.elsewhere?.workerd }
      expect(await textsOn(host, there)).toEqual(expected.texts)
      await findBeside(host, there)
    })

  if (expected.elsewhere?.redis)
    test('what stands on a Redis is found, after it was killed with its host', async () => {
      const both = unpacked('redis.tar.gz')
      const redis = await RedisServer.startOn({ folder: join(both, 'redis'), under: [] })
      cleanUps.push(() => redis.kill())
      const host = await startHere({ data: join(both, 'data'), args: ['--redis-url', redis.url] })
      const there = { ...expected, ...expected.elsewhere?.redis }
      expect(await textsOn(host, there)).toEqual(expected.texts)
      await findBeside(host, there)
    })

  if (has('backup.tar.gz'))
    test('a backup of it is put back', async () => {
      const archive = join(folder, `${version}.tar`)
      await writeFile(archive, gunzipSync(readFileSync(at('backup.tar.gz'))))
      const data = join(folder, `${++made}`)
      succeeded(await runRestore([archive, '--data', data]))
      const host = await startHere({ data })
      expect(await textsOn(host, expected)).toEqual(expected.texts)
      await findBeside(host, expected)
    })
})

async function textsOn(host: HostProcess, { account, room }: Pick<Expected, 'account' | 'room'>): Promise<string[]> {
  const device = new Snug({ ...OF_DEVICE, url: host.socketUrl, store: memoryStore() })
  await device.start()
  await device.logIn(account)
  await expect.poll(() => device.rooms.has(room)).toBe(true)
  while (device.rooms.get(room)?.complete === false) await device.loadOlder(room)
  const texts = device.rooms.get(room)?.records.flatMap((record) => (record.kind === 'text' ? [record.text] : [])) ?? []
  await device.stop()
  return texts
}

/** What a version has left beside texts in a group, as far as it has. */
async function findBeside(host: HostProcess, { account, other, greeting, direct, files }: Expected & Story) {
  if (!other || !direct) return
  expect(await textsOn(host, { account: other, room: direct })).toEqual([greeting, ...(files ? [''] : [])])
  if (!files) return
  const reader = await enterRaw(host, other)
  const got = await reader.asks({ type: 'get-file', id: 1, room: direct, file: files.file })
  if (got.type !== 'file-url') throw new Error(JSON.stringify(got))
  expect(await (await fetch(new URL(got.url, host.url))).text()).toBe(files.text)
  reader.close()
  const owner = await enterRaw(host, account)
  expect(await owner.asks({ type: 'sign-upload', id: 1, file: files.dropped })).toMatchObject({
    type: 'failed',
    refusal: { kind: 'not-found' },
  })
  // A day after it was made it is swept, and begun anew here, perhaps on the way.
  await expect.poll(() => goOn(owner, host, files.half), { timeout: 30_000 }).toBe('kept')
  owner.close()
  const objects = join(host.data, 'objects')
  await expect.poll(() => readdirSync(join(objects, 'parts'))).toEqual([])
  const kept = readdirSync(objects).flatMap((each) => readdirSync(join(objects, each)))
  expect(kept, 'that which was sent, and the large one').toHaveLength(2)
}

/** Sends what has not come, and answers what has become of it. */
async function goOn(client: RawClient, host: HostProcess, declaration: Declaration): Promise<string> {
  const { file, parts = [] } = declaration
  await client.asks({ type: 'declare-file', id: 2, declaration })
  const whole = parts.slice(1).map((_, i) => i + 1)
  await putZeros(client, host, file, whole, PART_BYTES)
  if ((await finish(client, file)) !== 'kept') await putZeros(client, host, file, [parts.length], 1)
  return finish(client, file)
}

async function putZeros(client: RawClient, host: HostProcess, file: FileId, parts: number[], bytes: number) {
  const signed = await client.asks({ type: 'sign-upload', id: 3, file, parts })
  if (signed.type !== 'puts') return
  for (const { url, headers } of signed.puts)
    await fetch(new URL(url, host.url), { method: 'PUT', headers, body: new Uint8Array(bytes) })
}

async function finish(client: RawClient, file: FileId): Promise<string> {
  const answer = await client.asks({ type: 'finish-upload', id: 4, file })
  return answer.type === 'upload' ? answer.state : answer.type
}

async function enterRaw(host: HostProcess, account: Expected['account']): Promise<RawClient> {
  const client = await RawClient.open(host.socketUrl)
  const device = makeId('device', randomBytes(16))
  const { handle, password } = account
  await client.asks({ type: 'log-in', id: 0, device, deviceName: 'a test', handle, password })
  return client.acknowledges()
}

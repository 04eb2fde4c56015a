import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort } from '../support/free-port.ts'
import type { HostProcess } from '../support/host-process.ts'
import { startHost } from '../support/hosts.ts'
import { RedisServer } from '../support/redis/server.ts'
import { runProgram } from '../support/run-program.ts'
import { type Bucket, openBucket } from '../support/s3/bucket.ts'
import { SmallDisk } from '../support/small-disk.ts'
import { Authority, type FrontFaults, somethingElse, TlsFront } from '../support/tls-front.ts'
import { ROOT } from '../support/workerd.ts'

const PROGRAM = join(ROOT, 'dist/node-host/doctor/program.js')

/** What it said, line by line, and how it ended. */
async function doctor(...args: readonly string[]): Promise<{ code: number | null; lines: string[]; errors: string }> {
  const { code, out, errors } = await runProgram(PROGRAM, args)
  return { code, lines: out.split('\n').filter((line) => line !== ''), errors }
}

const about = (lines: readonly string[], name: string) => lines.filter((line) => line.slice(9).startsWith(`${name}: `))

let folder: string
let host: HostProcess
let authority: Authority

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-doctor-'))
  host = await startHost('node-host')
  authority = await Authority.make()
  vi.stubEnv('NODE_EXTRA_CA_CERTS', authority.file)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await host.dispose()
  await authority.remove()
  await rm(folder, { recursive: true })
})

test('a Snug that is set up well is fine in every line that was looked at', async () => {
  const front = await TlsFront.before(host.url, await authority.certificate())
  const { code, lines, errors } = await doctor('--data', host.data, '--public-url', front.url)
  expect([code, errors]).toEqual([0, ''])
  expect(lines.filter((line) => line.startsWith('WRONG'))).toEqual([])
  for (const [name, what] of [
    ['store', 'is a folder of Snug'],
    ['disk', 'are free in'],
    ['files', 'files are kept in'],
    ['address', 'is good for 89 more days'],
    ['address', 'Snug answers at'],
    ['address', 'the headers that protect the page get through'],
    ['address', 'a socket gets through'],
    ['address', 'agree'],
  ] as const)
    expect(about(lines, name)).toContainEqual(expect.stringMatching(new RegExp(`^fine .*${what}`)))
  await front.close()
})

test('what is no setting ends with 2 and a sentence', async () => {
  expect(await doctor('--dta', 'x')).toMatchObject({ code: 2, errors: expect.stringContaining('did you mean --data?') })
  expect(await doctor('--url', 'chat')).toMatchObject({ code: 2, errors: expect.stringMatching(/^--url takes .*\n$/) })
})

describe('the store', () => {
  let redis: RedisServer | undefined
  afterEach(async () => {
    await redis?.stop()
    redis = undefined
  })

  test('a folder of something else is wrong', async () => {
    const other = join(folder, 'photos')
    await mkdir(other)
    await writeFile(join(other, 'a.jpg'), '')
    const { code, lines } = await doctor('--data', other)
    expect([code, ...about(lines, 'store')]).toEqual([
      1,
      expect.stringMatching(/^WRONG .*holds other files: give --data/),
    ])
  })

  test('a server that does not answer, and one that would lose messages, are wrong', async () => {
    const nobody = await doctor('--data', folder, '--redis-url', `redis://127.0.0.1:${await freePort()}`)
    expect([nobody.code, ...about(nobody.lines, 'store')]).toEqual([
      1,
      expect.stringMatching(/^WRONG .*does not answer/),
    ])
    redis = await RedisServer.start('--appendfsync', 'everysec')
    const loses = await doctor('--data', folder, '--redis-url', redis.url)
    expect(about(loses.lines, 'store')).toContainEqual(expect.stringMatching(/^warning .*appendfsync is everysec/))
    await redis.stop()
    redis = await RedisServer.start('--maxmemory-policy', 'allkeys-lru')
    const throws = await doctor('--data', folder, '--redis-url', redis.url)
    expect(throws.code).toBe(1)
    expect(about(throws.lines, 'store')).toContainEqual(expect.stringMatching(/^WRONG .*set noeviction/))
  })

  test('a host that uses the server is told of, and goes on', async () => {
    redis = await RedisServer.start()
    const user = await startHost('node-host', ['--redis-url', redis.url])
    const { code, lines } = await doctor('--data', user.data, '--redis-url', redis.url)
    expect([code, ...about(lines, 'store')]).toEqual([
      0,
      expect.stringContaining(`is used by process ${user.pid} on `),
      expect.stringMatching(/^fine .*survives a power cut/),
    ])
    expect(await (await fetch(`${user.url}/healthz`)).text()).toContain('ok')
    await user.dispose()
  })
})

describe('the store of files', () => {
  let bucket: Bucket
  beforeAll(async () => {
    bucket = await openBucket()
  })
  afterAll(() => bucket.close())

  test('it is looked at whole, and the page may ask it', async () => {
    const { lines } = await doctor('--data', host.data, '--s3-url', bucket.url, '--url', 'http://127.0.0.1:7684')
    expect(about(lines, 'files')).toEqual([
      expect.stringMatching(/^fine .*takes files/),
      expect.stringMatching(/^fine .*refuses other bytes/),
      expect.stringMatching(/^(fine|WRONG) .*page at http:\/\/127\.0\.0\.1:7684/),
      expect.stringMatching(/^fine .*agree/),
    ])
  })

  test('a bucket that is not there is wrong, and is not made', async () => {
    const missing = bucket.url.replace(/\/[^/]+$/, '/nothing-here')
    for (let i = 0; i < 2; i++) {
      const { code, lines } = await doctor('--data', host.data, '--s3-url', missing)
      expect([code, ...about(lines, 'files')]).toEqual([1, expect.stringMatching(/^WRONG .*there is no such bucket/)])
    }
  })

  test('a store without CORS for the page, and one that browsers cannot reach or load from, are wrong', async () => {
    const plain = await somethingElse()
    const { code, lines } = await doctor(
      '--data',
      host.data,
      '--s3-url',
      bucket.url,
      '--s3-public-url',
      plain.url,
      '--url',
      'https://127.0.0.1:1',
    )
    expect(code).toBe(1)
    expect(about(lines, 'files')).toContainEqual(
      expect.stringMatching(/^WRONG .*does not let the page .* Set its CORS/),
    )
    expect(about(lines, 'files')).toContainEqual(expect.stringMatching(/^WRONG .*is not HTTPS, and the page is/))
    plain.close()
    const gone = await doctor(
      '--data',
      host.data,
      '--s3-url',
      bucket.url,
      '--s3-public-url',
      plain.url,
      '--url',
      'https://127.0.0.1:1',
    )
    expect(about(gone.lines, 'files')).toContainEqual(expect.stringMatching(/^WRONG .*cannot be reached/))
  })
})

describe('the way people come', () => {
  const broken = async (faults: FrontFaults, pair = authority.certificate()) => {
    const front = await TlsFront.before(host.url, await pair, faults)
    const { code, lines } = await doctor('--data', host.data, '--url', front.url)
    await front.close()
    return { code, lines: about(lines, 'address') }
  }

  test.each<[string, FrontFaults, RegExp]>([
    ['drops upgrades', { dropsUpgrades: true }, /^WRONG .*no socket gets through .* pass WebSockets on/],
    [
      'does not say that it is HTTPS',
      { proto: 'http' },
      /^WRONG .*refuses log-in\. Have the front set X-Forwarded-Proto/,
    ],
    ['takes headers away', { dropsHeaders: true }, /^WRONG .*takes away the headers/],
    ['has a clock of another hour', { clock: 3_600_000 }, /^WRONG .*differ by 3\d{3} s\. Set both by NTP/],
    ['has a clock that is late by minutes', { clock: -180_000 }, /^warning .*differ by 1\d\d s/],
  ])('a front that %s', async (_, faults, said) => {
    expect((await broken(faults)).lines).toContainEqual(expect.stringMatching(said))
  })

  test.each<[string, number, string, number, RegExp]>([
    ['has ended', -1, 'IP:127.0.0.1', 1, /^WRONG .*CERT_HAS_EXPIRED/],
    ['is of another name', 90, 'DNS:chat.example.org', 1, /^WRONG .*refuse the certificate/],
    ['ends in days', 3, 'IP:127.0.0.1', 0, /^warning .*good for 2 more days\. It should have been renewed/],
  ])('a certificate that %s', async (_, days, name, code, said) => {
    const found = await broken({}, authority.certificate(days, name))
    expect([found.code, found.lines[0]]).toEqual([code, expect.stringMatching(said)])
  })

  test('an address without HTTPS, at which something else answers, or nobody', async () => {
    const other = await somethingElse()
    const { code, lines } = await doctor('--data', host.data, '--url', other.url)
    expect([code, ...about(lines, 'address')]).toEqual([
      1,
      expect.stringMatching(/^WRONG .*is not HTTPS/),
      expect.stringMatching(/^WRONG .*something else than Snug answers/),
    ])
    other.close()
    const nobody = await doctor('--data', host.data, '--url', other.url)
    expect(about(nobody.lines, 'address')).toContainEqual(expect.stringMatching(/^WRONG .*does not answer/))
  })
})

test.each(['https://chat.example.org', 'https://203.0.113.7'])(
  'from where nothing leads out, as from a container on an internal network, %s is not called wrong',
  async (url) => {
    const { code, out } = await runProgram(PROGRAM, ['--data', host.data, '--url', url], ['unshare', '-rn'])
    expect([code, ...about(out.split('\n'), 'address')]).toEqual([
      0,
      expect.stringMatching(/^- .*nothing leads out from here \(.*\)\. Look from another machine, with --url/),
    ])
  },
)

describe('the machine', () => {
  test('too few open files for the connections are told', async () => {
    const { lines } = await doctor('--data', host.data, '--connections', '900000')
    expect(about(lines, 'machine')).toEqual([
      expect.stringMatching(/^warning .*and 900000 connections\. Raise the limit/),
    ])
  })

  test('a full disk is wrong', async () => {
    const disk = await SmallDisk.mount(2_048)
    const { code, out } = await runProgram(PROGRAM, ['--data', join(disk.folder, 'data')], disk.under)
    expect([code, about(out.split('\n'), 'disk')[0]]).toEqual([
      1,
      expect.stringMatching(/^WRONG .*Make room: without it/),
    ])
    await disk.unmount()
  })

  test('a file system in memory is told', async () => {
    const memory = await mkdtemp('/dev/shm/snug-doctor-')
    const { lines } = await doctor('--data', join(memory, 'data'))
    expect(about(lines, 'disk')).toContainEqual(expect.stringMatching(/^warning .*They are in memory/))
    await rm(memory, { recursive: true })
  })
})

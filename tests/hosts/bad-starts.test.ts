import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentOf } from '../support/folder-content.ts'
import { HOST_NAMES, type HostName, programOf, startHost, WORKERD_NAMES } from '../support/hosts.ts'
import { type Ended, runProgram } from '../support/run-program.ts'

const COMMANDS: Record<HostName, string> = {
  'node-host': 'npm start',
  'wrangler dev': 'npm run edge',
  'standalone workerd': 'npm run edge:standalone',
}

let parent: string
let taken: Server
let port: number

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'snug-starts-'))
  taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  port = typeof address === 'object' ? (address?.port ?? 0) : 0
})
afterAll(async () => {
  taken.close()
  await rm(parent, { recursive: true })
})

/** Where each host has run and stopped. */
const used = (name: HostName) => join(parent, `used by ${name}`)

beforeAll(async () => {
  for (const name of HOST_NAMES) {
    const host = await startHost(name)
    await host.kill('SIGTERM')
    await cp(host.data, used(name), { recursive: true })
    await host.dispose()
  }
})

/** A system call of the host that fails; on one file, or on all. */
function failing(call: string, error: string, file?: string): string[] {
  const place = file === undefined ? [] : ['-P', file]
  return ['strace', '-f', '-o', '/dev/null', ...place, '-e', `trace=${call}`, '-e', `inject=${call}:error=${error}`]
}

/** On a file system of so many KiB, which nobody else sees, and which ends with the host. */
function onSmallDisk(data: string, kib: number): string[] {
  return ['unshare', '-rm', 'sh', '-c', `mount -t tmpfs -o size=${kib}k tmpfs "$0" && exec "$@"`, data]
}

describe.each(HOST_NAMES)('%s', (name) => {
  function start(data: string, args: readonly string[] = [], under: readonly string[] = []): Promise<Ended> {
    return runProgram(programOf(name), ['--port', '0', '--data', data, ...args], under)
  }

  /** One sentence, and nothing but it; the folder stays as it was, or is not made. */
  async function assertRefused(data: string, code: number, sentence: string, run: () => Promise<Ended>): Promise<void> {
    const before = await contentOf(data).catch(() => 'not there')
    expect(await run()).toEqual({ code, signal: null, out: '', errors: `${sentence}\n` })
    expect(await contentOf(data).catch(() => 'not there')).toEqual(before)
  }

  const noMetrics = `There is no --metrics-port with \`${COMMANDS[name]}\`: \`npm start\` has it (docs/hosts.md).`

  test.each([
    ['an unknown flag', ['--prot', '1'], 'There is no setting --prot: did you mean --port? See --help.'],
    ['a flag without its value', ['--port'], '--port takes a whole number from 0 to 65535.'],
    ['a value that is none', ['--port', 'http'], '--port takes a whole number from 0 to 65535, not "http".'],
    [
      'a switch with a value',
      ['--insecure-lan', 'true'],
      '"true" is not understood: --insecure-lan stands alone, or as --insecure-lan=false.',
    ],
    [
      'where clients reach a store of files that is not set',
      ['--s3-public-url', 'https://files.test'],
      '--s3-public-url says where clients reach the store of --s3-url, and no --s3-url is set.',
    ],
    [
      'a port that nobody could know',
      ['--metrics-port', '0'],
      name === 'node-host' ? '--metrics-port takes a whole number from 1 to 65535, not "0".' : noMetrics,
    ],
  ])('%s', async (_what, args, sentence) => {
    const data = join(parent, 'never-made')
    await assertRefused(data, 2, sentence, () => start(data, args))
  })

  test('a port that is taken', async () => {
    const data = join(parent, 'never-made')
    const sentence = `Port ${port} of 127.0.0.1 cannot be used: it is taken: give --port another one.`
    await assertRefused(data, 1, sentence, () => start(data, ['--port', String(port)]))
  })

  test('a folder of somebody else', async () => {
    const data = await mkdtemp(join(parent, 'theirs-'))
    await writeFile(join(data, 'holiday.jpg'), 'x')
    const sentence = `The folder ${data} holds other files: give --data an empty or a new folder.`
    await assertRefused(data, 1, sentence, () => start(data))
  })

  test.each(HOST_NAMES.filter((other) => other !== name))('a folder of %s', async (other) => {
    const data = used(other)
    const sentence = `The folder ${data} holds the data of \`${COMMANDS[other]}\`: start that, or give --data another folder.`
    await assertRefused(data, 1, sentence, () => start(data))
  })

  test('a folder that has lost the file that says whose it is', async () => {
    const data = await mkdtemp(join(parent, 'lost-'))
    await cp(used(name), data, { recursive: true })
    const mark = name === 'node-host' ? 'format.json' : 'claim.env'
    await rm(join(data, mark))
    const sentence = `The data folder ${data} is damaged: its ${mark} is missing. Put back a copy of the whole folder from before.`
    await assertRefused(data, 1, sentence, () => start(data))
  })

  test('a setting that does not exist', async () => {
    const data = join(parent, 'never-made')
    const misspelt = () => start(data, [], ['env', 'SNUG_PROT=1'])
    await assertRefused(data, 2, 'There is no setting SNUG_PROT: did you mean SNUG_PORT? See --help.', misspelt)
  })

  test('a folder that a newer Snug has written', async () => {
    const data = await mkdtemp(join(parent, 'newer-'))
    await cp(used(name), data, { recursive: true })
    await writeFile(join(data, 'format.json'), JSON.stringify({ format: 99, partitions: 4 }))
    const sentence = `The data folder ${data} was written by a newer Snug: start that version, or a later one.`
    await assertRefused(data, 1, sentence, () => start(data))
  })

  test.each([
    ['a folder that may not be written', 'EACCES', 'permission denied: start Snug as the user who owns it'],
    ['a file system that may not be written', 'EROFS', 'it is on a read-only file system'],
  ])('%s', async (_what, error, reason) => {
    const data = await mkdtemp(join(parent, 'closed-'))
    await assertRefused(data, 1, `The data folder ${data} cannot be used: ${reason}.`, () =>
      start(data, [], failing('openat', error, join(data, 'lock'))),
    )
  })

  test('a full disk, mounted there and empty but for lost+found', async () => {
    const data = await mkdtemp(join(parent, 'full-'))
    await mkdir(join(data, 'lost+found'))
    await assertRefused(
      data,
      1,
      `The data folder ${data} cannot be used: the disk is full: make room, and start again.`,
      () => start(data, [], failing('fsync', 'ENOSPC')),
    )
  })

  // So far databases would come: to their locks, to their first pages, to all but the last of them.
  test.each([4, 12, 40, 1_000])('a disk that has room for %i KiB', async (kib) => {
    const data = await mkdtemp(join(parent, 'small-'))
    const sentence = `The data folder ${data} cannot be used: the disk is full: make room, and start again.`
    await assertRefused(data, 1, sentence, () => start(data, [], onSmallDisk(data, kib)))
  })
})

describe('node-host', () => {
  test('a partition that may not be read is not taken for one that is missing', async () => {
    const data = await mkdtemp(join(parent, 'foreign-'))
    await cp(used('node-host'), data, { recursive: true })
    const under = failing('access,faccessat,faccessat2', 'EACCES', join(data, 'partition-1', 'data.mdb'))
    const before = await contentOf(data)
    const { code, errors } = await runProgram(programOf('node-host'), ['--port', '0', '--data', data], under)
    const why = 'permission denied: start Snug as the user who owns it'
    expect([code, errors]).toEqual([1, `The data folder ${data} cannot be used: ${why}.\n`])
    expect(await contentOf(data)).toEqual(before)
  })

  test.each(['1', '2'])('the folder of stored files is gone, with %s threads', async (threads) => {
    const data = await mkdtemp(join(parent, 'no-files-'))
    await cp(used('node-host'), data, { recursive: true })
    await rm(join(data, 'objects'), { recursive: true })
    const before = await contentOf(data)
    const args = ['--port', '0', '--data', data, '--threads', threads]
    expect(await runProgram(programOf('node-host'), args)).toEqual({
      code: 1,
      signal: null,
      out: '',
      errors: `The data folder ${data} is damaged: its folder objects is missing. Put back a copy of the whole folder from before.\n`,
    })
    expect(await contentOf(data)).toEqual(before)
  })

  test.each(['1', '2'])('a disk that fails while trees are made, with %s threads', async (threads) => {
    const data = await mkdtemp(join(parent, 'fails-'))
    const args = ['--port', '0', '--data', data, '--threads', threads, '--log-level', 'error']
    const { code, out, errors } = await runProgram(programOf('node-host'), args, failing('fdatasync', 'EIO'))
    const sentence = `The data folder ${data} cannot be opened: the disk is full, or fails: make room or replace it, and start again.`
    expect({ code, out, errors }).toEqual({ code: 1, out: '', errors: `${sentence}\n` })
  })

  test.each(['1', '2'])('a log that was overwritten, with %s threads', async (threads) => {
    const data = await mkdtemp(join(parent, 'damaged-'))
    await cp(used('node-host'), data, { recursive: true })
    const log = join(data, 'partition-3', 'log-1')
    await writeFile(log, randomBytes((await stat(log)).size))
    const before = await contentOf(data)
    const args = ['--port', '0', '--data', data, '--threads', threads, '--log-level', 'warn']
    expect(await runProgram(programOf('node-host'), args)).toEqual({
      code: 1,
      signal: null,
      out: '',
      errors: `The data folder ${data} is damaged: partition-3/log-1 cannot be read. Put back a copy of the whole folder from before.\n`,
    })
    expect(await contentOf(data)).toEqual(before)
  })

  test.each(['1', '2'])('a port for metrics that is taken, with %s threads', async (threads) => {
    const data = join(parent, 'never-made')
    const args = ['--port', '0', '--data', data, '--threads', threads, '--metrics-port', String(port)]
    expect(await runProgram(programOf('node-host'), args)).toEqual({
      code: 1,
      signal: null,
      out: '',
      errors: `Port ${port} of 127.0.0.1 cannot be used: it is taken: give --metrics-port another one.\n`,
    })
    await expect(stat(data)).rejects.toThrow('ENOENT')
  })
})

describe.each(WORKERD_NAMES)('%s, a setting that it has nothing for', (name) => {
  test.each([
    ['--redis-url', ['--redis-url', 'redis://127.0.0.1:6379'], []],
    ['--allow-unsafe-store', ['--allow-unsafe-store'], []],
    ['SNUG_REDIS_URL', [], ['env', 'SNUG_REDIS_URL=redis://127.0.0.1:6379']],
    ['SNUG_ALLOW_UNSAFE_STORE', [], ['env', 'SNUG_ALLOW_UNSAFE_STORE=true']],
    ['--threads', ['--threads', '2'], []],
  ])('%s: the host that has it is named', async (said, args, under) => {
    const data = join(parent, 'never-made')
    const errors = `There is no ${said} with \`${COMMANDS[name]}\`: \`npm start\` has it (docs/hosts.md).\n`
    const ended = await runProgram(programOf(name), ['--port', '0', '--data', data, ...args], under)
    expect(ended).toEqual({ code: 2, signal: null, out: '', errors })
    await expect(stat(data)).rejects.toThrow('ENOENT')
  })
})

test('wrangler dev: both hosts that a front can stand before are named', async () => {
  const { code, errors } = await runProgram(programOf('wrangler dev'), ['--insecure-lan'])
  const have = '`npm start` and `npm run edge:standalone` have it (docs/hosts.md)'
  expect([code, errors]).toEqual([2, `There is no --insecure-lan with \`npm run edge\`: ${have}.\n`])
})

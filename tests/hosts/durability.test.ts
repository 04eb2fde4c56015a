import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { HEAD_BYTES } from '#node-host/store/log-head.ts'
import { makeId } from '#protocol/ids.ts'
import { NodeHostProcess } from '../support/node-host.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { readTrace, type SystemCall } from '../support/system-calls.ts'

const ONE_BY_ONE = 15
const TOGETHER = 15
const TRACED = 'trace=openat,write,writev,pwrite64,pwritev,fdatasync,fsync,msync,sendto,sendmsg'
/** As strace -y names what is written to. */
const LOG = /<[^>]*\/partition-\d\/log-[01]>/
const COMMITTING = fileURLToPath(new URL('../support/committing-process.ts', import.meta.url))
/** Two for each of the two partitions that are written to. */
const FILES = 4
/** More than fits into both files of both partitions, however quickly the files are emptied. */
const COMMITS = '4000'
const COMMIT_BYTES = '2000'
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024
const run = promisify(execFile)
const NO_SYNC = new URL('../support/no-sync.mjs', import.meta.url).href

describe('T1: an acknowledgement means that the disk has confirmed it', () => {
  test('no acknowledgement and no delivery leaves before the synced write of its message has returned', async () => {
    const calls = await traceConversation()
    for (let n = 1; n <= ONE_BY_ONE + TOGETHER; n++) expect(violation(calls, n), `message ${n}`).toBeUndefined()
  })

  test('the same check catches a store that does not sync', async () => {
    const calls = await traceConversation({ NODE_OPTIONS: `--import=${NO_SYNC}` })
    expect(violation(calls, 1)).toBe('no sync between the write and the answer')
  })
})

describe('T1: what the log holds stays there until LMDB has it on disk', () => {
  test('no file of the log is written over before an fdatasync that came after its last batch', async () => {
    const calls = await traceCommits()
    const starts = calls.filter(({ text }) => startsFile(text))
    expect(starts.length).toBeGreaterThan(FILES)
    for (const start of starts) expect(overwrites(calls, start), start.text.slice(0, 80)).toBe(false)
  })

  test('the same check catches a store that does not sync', async () => {
    const calls = await traceCommits({ NODE_OPTIONS: `--import=${NO_SYNC}` })
    expect(calls.some((call) => startsFile(call.text) && overwrites(calls, call))).toBe(true)
  })
})

/** What a process did that commits so much that the files of the log are used again. */
async function traceCommits(env: Record<string, string> = {}): Promise<SystemCall[]> {
  const folder = await mkdtemp(join(tmpdir(), 'snug-trace-'))
  const trace = join(folder, 'trace')
  const under = ['-f', '-y', '-s', '8', '-o', trace, '-e', 'trace=pwrite64,fdatasync']
  try {
    await run('strace', [...under, process.execPath, COMMITTING, join(folder, 'data'), COMMITS, COMMIT_BYTES], {
      env: { ...process.env, ...env },
      maxBuffer: MAX_OUTPUT_BYTES,
    })
    return await readTrace(trace)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function startsFile(text: string): boolean {
  return LOG.test(text) && text.includes(`, ${HEAD_BYTES}) = `)
}

function writesHead(text: string): boolean {
  return text.includes(', 0) = ')
}

/** Whether something that was written to this file before may not be in LMDB for good. */
function overwrites(calls: readonly SystemCall[], start: SystemCall): boolean {
  const [log = ''] = LOG.exec(start.text) ?? []
  const last = calls.findLast(({ text, returned }) => returned < start.began && text.includes(log) && !writesHead(text))
  if (!last) return false
  const tree = log.replace(/log-[01]>$/, 'data.mdb>')
  return !calls.some(
    ({ name, text, began, returned }) =>
      name === 'fdatasync' && text.includes(tree) && began > last.returned && returned < start.began,
  )
}

/** What the host did while somebody sent messages, one after another and then several at once. */
async function traceConversation(env: Record<string, string> = {}): Promise<SystemCall[]> {
  const folder = await mkdtemp(join(tmpdir(), 'snug-trace-'))
  const trace = join(folder, 'trace')
  // -s: whole batches are written, and the text is looked for in them.
  const under = ['strace', '-f', '-y', '-s', '20000', '-o', trace, '-e', TRACED]
  const host = await NodeHostProcess.start({ under, env })
  try {
    const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const client = await RawClient.enter(host.socketUrl, token)
    const room = await openGroupRaw(client)
    client.say({ type: 'sync', id: 4, rooms: [] })
    await client.hears('heads', ({ last }) => last !== undefined)
    const producer = makeId('producer', randomBytes(16))
    const send = (n: number) => client.say({ type: 'send', room, producer, n, text: markerOf(n) })
    for (let n = 1; n <= ONE_BY_ONE; n++) {
      send(n)
      await client.hears('stored')
    }
    const last = client.hears('stored', ({ n }) => n === ONE_BY_ONE + TOGETHER)
    for (let n = ONE_BY_ONE + 1; n <= ONE_BY_ONE + TOGETHER; n++) send(n)
    await last
    client.close()
    process.kill(await host.tracedPid(), 'SIGTERM')
    await host.exited
    return await readTrace(trace)
  } finally {
    await host.dispose()
    await rm(folder, { recursive: true })
  }
}

function markerOf(n: number): string {
  return `marker<${n}>`
}

/** Why the trace does not show that message n was on disk before anybody heard of it; undefined when it does. */
function violation(calls: readonly SystemCall[], n: number): string | undefined {
  const written = calls.find(({ text, name }) => isWrite(name) && LOG.test(text) && text.includes(markerOf(n)))
  if (!written) return 'the message was not seen on its way to the store'
  const told = calls.find(({ text, name }) => isWrite(name) && text.includes('<socket:') && tells(text, n))
  if (!told) return 'the answer was not seen'
  const [log = ''] = LOG.exec(written.text) ?? []
  const isSynced = calls.some(({ name, text }) => name === 'openat' && text.includes('O_DSYNC') && text.includes(log))
  return isSynced && written.returned < told.began ? undefined : 'no sync between the write and the answer'
}

function tells(text: string, n: number): boolean {
  return text.includes(markerOf(n)) || (text.includes('\\"stored\\"') && text.includes(`\\"n\\":${n},`))
}

function isWrite(name: string): boolean {
  return ['write', 'writev', 'pwrite64', 'pwritev', 'sendto', 'sendmsg'].includes(name)
}

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ActorStorage } from '#node-host/storage.ts'
import { Store } from '#node-host/store/store.ts'
import { makeId } from '#protocol/ids.ts'
import { NodeHostProcess } from '#tests/support/node-host.ts'
import { openGroupRaw, registerRaw } from '#tests/support/raw-account.ts'
import { RawClient } from '#tests/support/raw-client.ts'

const PROGRAM = fileURLToPath(new URL('../support/committing-process.ts', import.meta.url))
const run = promisify(execFile)
/** Several moves from the log into the trees. */
const COMMITS = 4_000
/** The pages by which LMDB says where everything is. */
const META_BYTES = 8192

let parent: string
let data: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'snug-disk-'))
  data = join(parent, 'data')
})

afterEach(() => rm(parent, { recursive: true }))

/** Makes a system call fail, from the given time on that one of the threads makes it; on these files, or on all. */
function failing(call: string, error: string, from: number, file?: string): string[] {
  const places = file === undefined ? [] : [0, 1, 2, 3].flatMap((i) => ['-P', join(data, `partition-${i}`, file)])
  const inject = `inject=${call}:error=${error}:when=${from}+`
  return ['strace', '-f', '-o', '/dev/null', ...places, '-e', `trace=${call}`, '-e', inject]
}

type Line = { readonly actor: string; readonly key: number } | { readonly error: string; commit: string; read: string }

async function commitUnder([command = '', ...args]: string[]): Promise<Line[]> {
  const ended = run(command, [...args, process.execPath, PROGRAM, data, String(COMMITS)])
  // After such an error LMDB may have damaged the heap of its process, which then ends by an abort.
  const { stdout }: { stdout: string } = await ended.catch((error) => error)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

async function storedKeys(store: Store, actor: string): Promise<number[]> {
  const rows = await new ActorStorage(store.partitionOf(actor), actor).page('timeline', undefined, 10_000)
  return rows.map(([key]) => Number(key))
}

test.each([
  ['a sync fails', 'fdatasync', 'EIO', 2, 'data.mdb'],
  ['the disk is full', 'pwrite64', 'ENOSPC', 12, 'log-0'],
  ['the disk is full while rows move into the trees', 'pwrite64,pwritev', 'ENOSPC', 1, 'data.mdb'],
  ['the disk cannot be written', 'pwrite64', 'EIO', 12, 'log-0'],
])(
  'when %s nothing more is acknowledged nor read, and what was acknowledged is there afterwards',
  async (_name, call, error, from, file) => {
    await (await Store.open(data)).close()
    const lines = await commitUnder(failing(call, error, from, file))
    const end = lines.at(-1)
    expect(end).toMatchObject({ commit: 'refused', read: 'refused' })

    const store = await Store.open(data)
    const acknowledged = lines.flatMap((line) => ('actor' in line ? [line] : []))
    expect(acknowledged.length).toBeGreaterThan(0)
    expect(acknowledged.length).toBeLessThan(COMMITS)
    for (const actor of ['room:a', 'room:b']) {
      const keys = await storedKeys(store, actor)
      const theirs = acknowledged.filter((line) => line.actor === actor)
      expect(keys).toEqual(expect.arrayContaining(theirs.map(({ key }) => key)))
      // In the order they were issued, without a gap: a failure is never overtaken.
      expect(keys).toEqual(keys.map((_, i) => i))
    }
    await store.close()
  },
)

test('a host whose disk fails says so and ends at once with code 1, and starts again when the disk is back', async () => {
  await (await Store.open(data)).close()
  const start = NodeHostProcess.start({ data, under: failing('pwrite64', 'EIO', 1) })
  await expect(start).rejects.toThrow('the host ended with code 1')
  const host = await NodeHostProcess.start({ data })
  expect(host.invitation).toBeDefined()
  await host.dispose()
})

test('so it does, in a sentence, when what was acknowledged cannot be moved out of the log', async () => {
  await (await Store.open(data)).close()
  const host = await NodeHostProcess.start({ data, under: failing('fdatasync', 'EIO', 1) })
  expect(await host.exited).toMatchObject({ code: 1 })
  expect(host.logs.filter(({ level }) => level >= 50).map(({ msg }) => msg)).toEqual([
    `The data folder ${data} cannot be used: the disk is full, or fails: make room or replace it, and start again.`,
  ])
  expect(host.errors + JSON.stringify(host.logs)).not.toMatch(/stack|\n *at /)
  const next = await NodeHostProcess.start({ data })
  expect(next.invitation).toBeDefined()
  await next.dispose()
})

test('a host whose disk is full says what to do, and shows no stack', async () => {
  await (await Store.open(data)).close()
  const host = await NodeHostProcess.start({ data, under: failing('pwrite64', 'ENOSPC', 10) })
  const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
  const client = await RawClient.enter(host.socketUrl, token)
  let hasEnded = false
  const ended = host.exited.finally(() => {
    hasEnded = true
  })
  // One write after the other, until there is no room for one.
  for (let id = 1; !hasEnded; id++) await client.asks({ type: 'create-invitation', id, uses: 1 }).catch(() => ended)
  expect(await ended).toMatchObject({ code: 1 })
  expect(host.logs.filter(({ level }) => level >= 50)).toEqual([
    expect.objectContaining({
      msg: `The data folder ${data} cannot be used: the disk is full: make room, and start again.`,
    }),
  ])
  expect(JSON.stringify(host.logs)).not.toContain('stack')
})

test.each([
  ['read', '1'],
  ['read', '2'],
  ['written', '1'],
  ['written', '2'],
])(
  'a host whose data is destroyed under it says so in a sentence when it is %s, with %s threads',
  async (what, threads) => {
    const host = await NodeHostProcess.start({ data, args: ['--threads', threads] })
    const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const room = await openGroupRaw(await RawClient.enter(host.socketUrl, token))
    // What is in the logs moves into the trees.
    await host.kill('SIGTERM')
    await host.restart()
    const client = await RawClient.enter(host.socketUrl, token)
    await client.asks({ type: 'sync', id: 1, rooms: [] })
    await Promise.all([0, 1, 2, 3].map((n) => destroy(join(data, `partition-${n}`, 'data.mdb'))))
    if (what === 'read') client.say({ type: 'history', id: 2, room, direction: 'older', anchor: 10, limit: 10 })
    else client.say({ type: 'send', room, producer: makeId('producer', randomBytes(16)), n: 1, text: 'x' })
    expect(await host.exited).toMatchObject({ code: 1 })
    const said = host.logs.filter(({ level }) => level >= 50).map(({ msg }) => msg)
    expect(said).toContainEqual(
      expect.stringMatching(/^The data folder .* is damaged: partition-\d\/data.mdb cannot be read\. .*\.$/),
    )
    expect(said.join()).not.toContain('is the disk full?')
  },
)

async function destroy(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  const { size } = await handle.stat()
  await handle.write(Buffer.alloc(size - META_BYTES), 0, size - META_BYTES, META_BYTES)
  await handle.close()
}

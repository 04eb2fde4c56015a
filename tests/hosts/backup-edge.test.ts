import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { BACKUP_PROGRAM, rowsIn, runBackup, runRestore, succeeded } from '../support/backups.ts'
import { HostProcess } from '../support/host-process.ts'
import { startHost, WORKERD_NAMES } from '../support/hosts.ts'
import { findAgain, type Talk, twoPeopleTalk } from '../support/smoke.ts'

/** Enough to come to each gateway. */
const CLIENTS = Array.from({ length: 40 }, (_, i) => `shard-${i}`)
const EVERYBODY = CLIENTS.map(() => true)
const NOBODY = CLIENTS.map(() => false)

let folder: string
let talk: Talk
let archive: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-edge-'))
  archive = join(folder, 'from-node.tar')
  const source = await startHost('node-host')
  talk = await twoPeopleTalk({ url: source.url, firstInvitation: source.invitation ?? '' })
  succeeded(await runBackup([archive, '--data', source.data]))
  await source.dispose()
})
afterAll(() => rm(folder, { recursive: true }))

describe.each(WORKERD_NAMES)('%s', (name) => {
  let edge: HostProcess
  const at = (file: string) => join(folder, `${name.replace(' ', '-')}-${file}`)
  const here = () => ['--edge', edge.url, '--data', edge.data]

  beforeAll(async () => {
    edge = await startHost(name)
  })
  afterAll(() => edge.dispose())

  test('takes the backup of another kind of host while it runs, and people go on there', async () => {
    succeeded(await runRestore([archive, ...here()]))
    await findAgain(edge.url, talk)
  })

  test('its own backup is put back into a folder, and people go on there', async () => {
    const own = at('own.tar')
    succeeded(await runBackup([own, ...here()]))
    const data = at('data')
    succeeded(await runRestore([own, '--data', data]))
    const again = at('again.tar')
    succeeded(await runBackup([again, '--data', data]))
    expect(await rowsIn(again)).toEqual(await rowsIn(own))
    const restored = await HostProcess.start({ data })
    await findAgain(restored.url, { ...talk, said: [...talk.said, 'here again'] })
    await restored.dispose()
  })

  test('a restore among its accounts is refused, and they stay', async () => {
    expect(await runRestore([archive, ...here()])).toMatchObject({
      code: 1,
      errors: expect.stringContaining('There are accounts and messages already'),
    })
    await findAgain(edge.url, { ...talk, said: [...talk.said, 'here again'] })
  })

  test('what is not understood is refused, and is no fault of the server', async () => {
    const claim = await readFile(join(edge.data, 'claim.env'), 'utf8')
    const headers = { authorization: `Bearer ${claim.trim().split('=')[1]}` }
    for (const body of ['no JSON', '{}', '{"actor":"gateway:g0"}'])
      expect((await fetch(`${edge.url}/rows/tables`, { method: 'POST', headers, body })).status).toBe(400)
  })

  async function ask(path: string, body: object): Promise<void> {
    const claim = await readFile(join(edge.data, 'claim.env'), 'utf8')
    const headers = { authorization: `Bearer ${claim.trim().split('=')[1]}` }
    const { status } = await fetch(edge.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    expect(status).toBe(200)
  }
  const letIn = () => admitted(edge.socketUrl)

  test('where a backup fails, people are let in again', async () => {
    const row = (value: string | null) => ({ actor: 'directory:0', writes: [['users', 'not an id', value]] })
    await ask('/rows/commit', row(''))
    expect(await runBackup([at('failed.tar'), ...here()])).toMatchObject({
      code: 1,
      errors: expect.stringContaining('did not do it (400'),
    })
    await ask('/rows/commit', row(null))
    expect(await letIn()).toEqual(EVERYBODY)
    const [path, full] = [at('full.tar'), 'inject=write,writev,pwrite64,pwritev:error=ENOSPC']
    expect(
      await runBackup([path, ...here()], ['strace', '-f', '-qq', '-o', '/dev/null', '-P', `${path}.part`, '-e', full]),
    ).toMatchObject({ code: 1, errors: expect.stringContaining('the disk is full') })
    expect(await letIn()).toEqual(EVERYBODY)
  })

  test('where a backup is ended by a signal, people are let in again; where it is killed, after a while', async () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL'] as const) {
      const path = at(`${signal}.tar`)
      // It waits for whoever reads: nobody.
      execFileSync('mkfifo', [`${path}.part`])
      const program = spawn(process.execPath, [BACKUP_PROGRAM, path, ...here()], { stdio: 'inherit' })
      const ended = once(program, 'exit')
      await expect.poll(letIn, { timeout: 20_000 }).toEqual(NOBODY)
      program.kill(signal)
      expect(await ended).toEqual([null, signal])
      expect(await letIn()).toEqual(signal === 'SIGKILL' ? NOBODY : EVERYBODY)
    }
    // What minutes would do, too.
    await ask('/rows/pause', { forMs: 1 })
    await expect.poll(letIn).toEqual(EVERYBODY)
  })

  test('where a restore was left half done nobody is let in, until it was run once more', async () => {
    const begun = ['state', 'begun', '']
    await ask('/rows/commit', { actor: 'directory:restore', writes: [begun] })
    await ask('/rows/pause', { forMs: 1 })
    expect(await letIn()).toEqual(NOBODY)
    expect(await runRestore([at('no.tar'), ...here()])).toMatchObject({ code: 1 })
    expect(await runBackup([at('half.tar'), ...here()])).toMatchObject({ code: 0 })
    expect(await letIn()).toEqual(NOBODY)
    succeeded(await runRestore([archive, ...here()]))
    expect(await letIn()).toEqual(EVERYBODY)
    await findAgain(edge.url, talk)
  })

  test('without its secret it shows nothing', async () => {
    const { code, errors } = await runBackup([at('stolen.tar'), '--edge', edge.url, '--data', folder])
    expect([code, errors]).toEqual([1, expect.stringMatching(/^Say how Snug knows you: .*\n$/)])
    for (const path of ['/rows/tables', '/rows/page', '/rows/commit', '/rows/pause']) {
      const answer = await fetch(edge.url + path, {
        method: 'POST',
        headers: { authorization: 'Bearer wrong' },
        body: '{}',
      })
      expect(answer.status).toBe(401)
      await answer.arrayBuffer()
    }
  })
})

/** Which of the clients get a socket. */
function admitted(url: string): Promise<boolean[]> {
  return Promise.all(
    CLIENTS.map(
      (shard) =>
        new Promise<boolean>((resolve, reject) => {
          const socket = new WebSocket(`${url}?shard=${shard}`)
          socket.on('open', () => {
            socket.terminate()
            resolve(true)
          })
          socket.on('unexpected-response', (request, { statusCode }) => {
            request.destroy()
            if (statusCode === 503) resolve(false)
            else reject(new Error(`answered ${statusCode}`))
          })
          socket.on('error', reject)
        }),
    ),
  )
}

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BACKUP_PATH, controlPath } from '#node-host/backup/control-server.ts'
import { openContents } from '#node-host/backup/open-contents.ts'
import { restore } from '#node-host/backup/restore.ts'
import { Store } from '#node-host/store/store.ts'
import { runBackup, runRestore } from '../support/backups.ts'
import type { HostProcess } from '../support/host-process.ts'
import { startHost } from '../support/hosts.ts'
import { runNodeHost } from '../support/node-host.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'

let folder: string
let host: HostProcess
let archive: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-backups-'))
  host = await startHost('node-host', ['--message-burst', '100000', '--messages-per-second', '100000'])
  const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
  const client = await RawClient.enter(host.socketUrl, token)
  await openGroupRaw(client)
  client.close()
  archive = join(folder, 'good.tar')
  expect(await runBackup([archive, '--data', host.data])).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await host.dispose()
  await rm(folder, { recursive: true })
})

const at = (name: string) => join(folder, name)

test('the file is readable by its owner only, and what is said of it tells what it holds', async () => {
  const path = at('told.tar')
  const { out } = await runBackup([path, '--data', host.data])
  expect(out).toMatch(/^Saved in .*told\.tar \(.* KB\), and read once more: 1 account, 1 conversation and 0 files\.\n$/)
  expect((await readdir(folder)).filter((name) => name.includes('told'))).toEqual(['told.tar'])
})

test.each([
  ['without a file', [], 2, /^Say which file/],
  ['with a setting that is none', ['x.tar', '--dta', 'x'], 2, /^There is no setting --dta: did you mean --data\?/],
  [
    'of a folder in which nothing is',
    [at2('x.tar'), '--data', at2('nowhere')],
    1,
    /^There is nothing of Snug in the folder/,
  ],
])('a backup %s is refused in a sentence', async (_, args, code, sentence) => {
  const ended = await runBackup(args)
  expect(ended).toMatchObject({ code, errors: expect.stringMatching(sentence) })
  expect(ended.errors.trim().split('\n')).toHaveLength(1)
})

test('a backup does not take the place of another file', async () => {
  const { code, errors } = await runBackup([archive, '--data', host.data])
  expect({ code, errors }).toEqual({ code: 1, errors: `There is a file ${archive} already: name another one.\n` })
})

test('a backup that nobody fetches does not keep the next one waiting', async () => {
  const asked = request({ socketPath: controlPath(host.data), path: BACKUP_PATH, method: 'POST' })
  const answered = new Promise<IncomingMessage>((resolve) => asked.on('response', resolve))
  asked.end()
  const response = await answered
  response.destroy()
  expect(await runBackup([at('after.tar'), '--data', host.data])).toMatchObject({ code: 0 })
})

test('a restore among accounts that are there is refused, and they stay', async () => {
  const other = await startHost('node-host')
  await registerRaw(other.socketUrl, other.invitation ?? '', 'somebody')
  expect(await runRestore([archive, '--data', other.data])).toMatchObject({
    code: 1,
    errors: expect.stringContaining('is in use by another Snug'),
  })
  await other.kill('SIGTERM')
  expect(await runRestore([archive, '--data', other.data])).toMatchObject({
    code: 1,
    errors: 'There are accounts and messages already: restore into a new --data folder, or an empty store.\n',
  })
  await other.restart()
  expect(other.invitation).toBeUndefined()
  await other.dispose()
})

test('a server that nobody owns yet is restored into, and its invitation is gone', async () => {
  const unowned = await startHost('node-host')
  await unowned.kill('SIGTERM')
  expect(await runRestore([archive, '--data', unowned.data])).toMatchObject({ code: 0 })
  await unowned.restart()
  expect(unowned.invitation).toBeUndefined()
  await unowned.dispose()
})

test.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['damaged', (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace('A room', 'A loom'), 'latin1')],
  ['no backup', () => Buffer.from('something else')],
])('an archive that is %s is refused before anything is written', async (name, change) => {
  const bad = at(`${name}.tar`)
  await writeFile(bad, change(await readFile(archive)))
  const target = at(`${name}-data`)
  const { code, errors } = await runRestore([bad, '--data', target])
  expect(code).toBe(1)
  expect(errors).toMatch(/^The backup .*\.tar is .*\.\n$/)
  await expect(readdir(target)).rejects.toThrow('ENOENT')
})

test('an archive that is not there, or is a folder, is said to be that', async () => {
  const target = at('of-nothing')
  expect(await runRestore([at('nowhere.tar'), '--data', target])).toMatchObject({
    code: 1,
    errors: `There is no file ${at('nowhere.tar')}.\n`,
  })
  const place = at('a-folder.tar')
  await mkdir(place)
  expect(await runRestore([place, '--data', target])).toMatchObject({
    code: 1,
    errors: `The backup ${place} cannot be read: it is a folder.\n`,
  })
})

test('nobody works with a half of a backup; the restore is done once more', async () => {
  const target = at('half')
  const store = await Store.open(target)
  const contents = await openContents({ kind: 'folder', path: join(target, 'objects'), secret: new Uint8Array(32) })
  const bytes = await readFile(archive)
  const half = Readable.toWeb(Readable.from([bytes.subarray(0, bytes.length - 2_048)])) as ReadableStream<Uint8Array>
  await expect(restore(half, store, contents)).rejects.toThrow('cut short')
  await store.close()
  const refused = await runNodeHost(['--port', '0', '--data', target])
  expect(refused).toMatchObject({
    code: 1,
    errors: expect.stringContaining('A restore into this store was interrupted: run `npm run restore` once more'),
  })
  expect(await runNodeHost(['--port', '0', '--data', target, '--threads', '2'])).toMatchObject({
    code: 1,
    errors: refused.errors,
  })
  expect(await runRestore([archive, '--data', target])).toMatchObject({ code: 0 })
  const again = at('half-again.tar')
  expect(await runBackup([again, '--data', target])).toMatchObject({ code: 0 })
})

test('where the disk fills up, nothing is left of the backup', async () => {
  const path = at('full.tar')
  const full = [
    'strace',
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    '-P',
    `${path}.part`,
    '-e',
    'inject=write,writev,pwrite64,pwritev:error=ENOSPC',
  ]
  expect(await runBackup([path, '--data', host.data], full)).toMatchObject({
    code: 1,
    errors: 'The backup was not made: the disk is full: make room, and start again.\n',
  })
  expect((await readdir(folder)).filter((name) => name.includes('full'))).toEqual([])
})

function at2(name: string): string {
  return join(tmpdir(), 'snug-no-such-folder', name)
}

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryStore, Snug } from '#client/index.ts'
import { makeId, type RoomId } from '#protocol/ids.ts'
import { rowsIn, runBackup, runRestore, succeeded } from '../support/backups.ts'
import { declarationOf } from '../support/files.ts'
import { HostProcess } from '../support/host-process.ts'
import { isText, keyOf, Load, readTimeline, type Sent } from '../support/load.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { type AnyRedis, openRedis } from '../support/redis/server.ts'
import { bucketAt } from '../support/s3/bucket.ts'
import { SwiftServer } from '../support/s3/swift-server.ts'

const UNBOUNDED = ['--messages-per-second', '1000000', '--message-burst', '1000000', '--request-burst', '100000']
const SENDERS = 2
const OUTSTANDING = 4
const FILE = randomBytes(6 * 1024 * 1024)

const OF_DEVICE = { deviceName: 'a test', clientName: 'backup' }

let folder: string
let redis: AnyRedis
let swift: SwiftServer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-backups-'))
  redis = await openRedis()
  swift = await SwiftServer.start()
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await redis.stop()
  await swift.stop()
})

let made = 0
const fresh = (name: string) => join(folder, `${++made}-${name}`)
const inFolder = (...more: readonly string[]) => ['--data', fresh('data'), ...more]
const onStores = async (...more: readonly string[]) => {
  await redis.empty()
  const url = swift.urlOf(`bucket-${++made}`)
  await (await bucketAt(url, async () => {})).close()
  return [...inFolder(...more), '--redis-url', redis.url, '--s3-url', url]
}

describe.each([
  ['one thread and folders', async () => inFolder(), () => onStores('--threads', '2')],
  ['two threads and folders', async () => inFolder('--threads', '2'), async () => inFolder()],
  ['two threads, Redis and Swift', () => onStores('--threads', '2'), async () => inFolder()],
])('a backup of %s, made under load', (_, from, to) => {
  let source: HostProcess
  let restored: HostProcess
  let token: string
  let room: RoomId
  let file: Awaited<ReturnType<typeof postFile>>
  let archive: string
  const load = { before: [] as Sent[], all: [] as Sent[] }

  beforeAll(async () => {
    archive = fresh('backup.tar')
    const args = await from()
    source = await start(args)
    token = (await registerRaw(source.socketUrl, source.invitation ?? '', 'owner')).token
    const client = await RawClient.enter(source.socketUrl, token)
    room = await openGroupRaw(client)
    file = await postFile(client, source, room)
    client.close()

    const senders = new Load([room])
    await senders.run(source.socketUrl, token, SENDERS, OUTSTANDING, 200)
    load.before = senders.sent.filter(({ stored }) => stored).map((each) => ({ ...each }))
    succeeded(await runBackup([archive, ...args]))
    load.all = senders.sent
    expect(load.all.filter(({ stored }) => stored).length).toBeGreaterThan(load.before.length)
    senders.stop()
    await source.dispose()

    const target = await to()
    succeeded(await runRestore([archive, ...target]))
    const again = fresh('again.tar')
    succeeded(await runBackup([again, ...target]))
    expect(await rowsIn(again)).toEqual(await rowsIn(archive))
    restored = await start(target)
  })
  afterAll(() => restored.dispose())

  test('I1, I2, I5: what was acknowledged when it began is there, at its sequence, and a beginning of the rest', async () => {
    const client = (await RawClient.enter(restored.socketUrl, token)).acknowledges()
    const records = (await readTimeline(client, room, 0)).filter(isText)
    client.close()
    const places = new Map(records.map((record) => [keyOf({ ...record, room }), record.seq]))
    for (const message of load.before)
      expect(places.get(keyOf(message))).toBe(message.seq ?? places.get(keyOf(message)) ?? 'a sequence')
    for (const message of load.all)
      if (message.seq !== undefined && places.has(keyOf(message))) expect(places.get(keyOf(message))).toBe(message.seq)
    expect(new Set(places.values()).size).toBe(records.length)
  })

  test('I4: each producer goes on with the number that follows', async () => {
    const client = (await RawClient.enter(restored.socketUrl, token)).acknowledges()
    const records = (await readTimeline(client, room, 0)).filter(isText)
    const [producer] = load.all.map((message) => message.producer)
    if (!producer) throw new Error('nothing was sent')
    const last = Math.max(...records.filter((record) => record.producer === producer).map(({ n }) => n))
    const message = { type: 'send', room, producer, text: 'goes on' } as const
    expect(await client.asks({ ...message, n: last + 2 })).toMatchObject({
      type: 'refused',
      refusal: { kind: 'out-of-order' },
    })
    expect(await client.asks({ ...message, n: last + 1 })).toMatchObject({ type: 'stored' })
    client.close()
  })

  test('the bytes of a file are there', async () => {
    const client = await RawClient.enter(restored.socketUrl, token)
    const got = await client.asks({ type: 'get-file', id: 13, room, file })
    if (got.type !== 'file-url') throw new Error(JSON.stringify(got))
    const answer = await fetch(new URL(got.url, restored.url))
    expect(Buffer.from(await answer.arrayBuffer()).equals(FILE)).toBe(true)
    client.close()
  })
})

test('a backup from which a file is missing says so, and keeps all else', async () => {
  const source = await start(inFolder())
  const { token } = await registerRaw(source.socketUrl, source.invitation ?? '', 'owner')
  const client = await RawClient.enter(source.socketUrl, token)
  await postFile(client, source, await openGroupRaw(client))
  client.close()
  await rm(join(source.data, 'objects'), { recursive: true })
  const archive = fresh('thin.tar')
  expect(await runBackup([archive, '--data', source.data])).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^Saved in .*: 1 account, 1 conversation and 0 of 1 file\.\n$/),
    errors: 'It is not complete: 1 file that it names could not be found where files are kept. All else is in it.\n',
  })
  expect((await rowsIn(archive)).length).toBeGreaterThan(0)
  expect(await runBackup([fresh('named.tar'), '--data', source.data, '--without-files'])).toMatchObject({ code: 0 })
  await source.dispose()
})

test('A13: a device that knew more than the backup holds shows what the server says, and sends what waited', async () => {
  const source = await start(inFolder())
  const store = memoryStore()
  const device = new Snug({ ...OF_DEVICE, url: source.socketUrl, store })
  await device.start()
  const account = { handle: 'ann', name: 'Ann', password: 'a long password of ann' }
  await device.register({ ...account, invitation: source.invitation?.split('/').at(-1) ?? '' })
  const room = await device.createGroup('Plans', [])
  await said(device, room, 'before')
  const archive = fresh('older.tar')
  succeeded(await runBackup([archive, '--data', source.data]))
  await said(device, room, 'lost 1')
  await said(device, room, 'lost 2')
  await source.dispose()
  await expect.poll(() => device.connection.status).toBe('waiting')
  await device.send(room, 'waited')
  await device.stop()

  const target = inFolder()
  succeeded(await runRestore([archive, ...target]))
  const restored = await start(target)
  const other = new Snug({ ...OF_DEVICE, url: restored.socketUrl, store: memoryStore() })
  await other.start()
  await other.logIn(account)
  await expect.poll(() => other.rooms.has(room)).toBe(true)
  const since = ['since 1', 'since 2', 'since 3', 'since 4']
  for (const text of since) await said(other, room, text)

  const again = new Snug({ ...OF_DEVICE, url: restored.socketUrl, store })
  await again.start()
  await expect.poll(() => textsIn(again, room)).toEqual(['before', ...since, 'waited'])
  await expect.poll(() => textsIn(other, room)).toEqual(['before', ...since, 'waited'])
  await Promise.all([again.stop(), other.stop()])
  await restored.dispose()
})

function textsIn(device: Snug, room: RoomId): string[] {
  return device.rooms.get(room)?.records.flatMap((record) => (isText(record) ? [record.text] : [])) ?? []
}

async function said(device: Snug, room: RoomId, text: string): Promise<void> {
  await device.send(room, text)
  await expect.poll(() => device.rooms.get(room)?.outgoing).toEqual([])
}

function start(args: readonly string[]): Promise<HostProcess> {
  const [, data, ...rest] = args
  if (data === undefined) throw new Error('the first setting is the folder')
  return HostProcess.start({ data, args: [...UNBOUNDED, ...rest] })
}

async function postFile(client: RawClient, host: HostProcess, room: RoomId) {
  const file = makeId('file', randomBytes(16))
  const declaration = declarationOf(file, FILE, 'a.bin', 'application/octet-stream')
  await client.asks({ type: 'declare-file', id: 10, declaration })
  const signed = await client.asks({ type: 'sign-upload', id: 11, file })
  if (signed.type !== 'puts') throw new Error(JSON.stringify(signed))
  const [{ url, headers } = { url: '', headers: {} }] = signed.puts
  await fetch(new URL(url, host.url), { method: 'PUT', headers, body: new Uint8Array(FILE) })
  expect(await client.asks({ type: 'finish-upload', id: 12, file })).toMatchObject({ type: 'upload', state: 'kept' })
  const message = { type: 'send', room, producer: makeId('producer', randomBytes(16)), n: 1, text: '' } as const
  expect(await client.asks({ ...message, files: [{ file }] })).toMatchObject({ type: 'stored' })
  return file
}

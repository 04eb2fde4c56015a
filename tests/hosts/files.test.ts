import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FileId, RoomId } from '#protocol/ids.ts'
import type { HostProcess } from '../support/host-process.ts'
import { type HostName, startHost } from '../support/hosts.ts'
import { inviteRaw, openGroupRaw, type RawAccount, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { declareRaw, fetchRaw, finishRaw, nameRaw, putRaw, signRaw } from '../support/raw-files.ts'
import { type Bucket, openBucket, SERVER_NAME } from '../support/s3/bucket.ts'

let bucket: Bucket
beforeAll(async () => {
  bucket = await openBucket()
})
afterAll(() => bucket.close())

const inFolder = () => startHost('node-host', [], [], { SNUG_S3_URL: '' })
const onS3 = (name: HostName) => () => startHost(name, [], [], { SNUG_S3_URL: bucket.url })

describe.each<[string, () => Promise<HostProcess>]>([
  ['node-host, in a folder', inFolder],
  [`node-host, on ${SERVER_NAME}`, onS3('node-host')],
  [`standalone workerd, on ${SERVER_NAME}`, onS3('standalone workerd')],
  [`wrangler dev, on ${SERVER_NAME}`, onS3('wrangler dev')],
])('files on %s', (_, start) => {
  let host: HostProcess
  let owner: RawAccount
  let client: RawClient
  let room: RoomId

  beforeAll(async () => {
    host = await start()
    owner = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    client = await RawClient.enter(host.socketUrl, owner.token)
    room = await openGroupRaw(client)
  })
  afterAll(async () => {
    client.close()
    await host.dispose()
  })

  const declare = (bytes: Buffer) => declareRaw(client, bytes)
  const put = async (file: FileId, bytes: Buffer) => putRaw(host.url, await signRaw(client, file), bytes)

  test('O1, O4: a file is declared, sent, looked at, named, and had by members alone', async () => {
    const bytes = randomBytes(300_000)
    const file = await declare(bytes)
    expect(await put(file, bytes)).toBe(200)
    expect(await finishRaw(client, file)).toMatchObject({ type: 'upload', state: 'kept' })
    expect(await nameRaw(client, room, file)).toMatchObject({ type: 'stored' })

    const answer = await fetchRaw(host.url, client, room, file)
    expect(answer.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)

    const code = await inviteRaw(host.socketUrl, owner, 1)
    const { token } = await registerRaw(host.socketUrl, code, 'stranger')
    const stranger = await RawClient.enter(host.socketUrl, token)
    expect(await stranger.asks({ type: 'get-file', id: 14, room, file })).toMatchObject({
      refusal: { kind: 'forbidden' },
    })
    stranger.close()
  })

  test('the secret of the store stands in no log, and in no command line', async () => {
    const lines = await Promise.all((await host.pids()).map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8')))
    expect(lines.length).toBeGreaterThan(0)
    expect([...lines, JSON.stringify(host.logs)].filter((text) => text.includes(bucket.address.secret))).toEqual([])
  })

  test('O1: other bytes are not taken, and what was not sent is not kept', async () => {
    const bytes = randomBytes(1000)
    const file = await declare(bytes)
    expect(await put(file, randomBytes(1000))).toBeGreaterThanOrEqual(400)
    expect(await finishRaw(client, file)).toMatchObject({ refusal: { kind: 'not-uploaded' } })
    expect(await put(file, bytes)).toBe(200)
    expect(await finishRaw(client, file)).toMatchObject({ state: 'kept' })
  })
})

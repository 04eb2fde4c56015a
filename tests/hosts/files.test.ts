import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeId, type RoomId } from '#protocol/ids.ts'
import { declarationOf } from '../support/files.ts'
import type { HostProcess } from '../support/host-process.ts'
import { type HostName, startHost } from '../support/hosts.ts'
import { inviteRaw, openGroupRaw, type RawAccount, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
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

  const declare = async (bytes: Buffer, name = 'a.png', type = 'image/png') => {
    const file = makeId('file', randomBytes(16))
    const answer = await client.asks({
      type: 'declare-file',
      id: 10,
      declaration: declarationOf(file, bytes, name, type),
    })
    expect(answer).toMatchObject({ type: 'upload', state: 'declared' })
    return file
  }

  const put = async (file: Awaited<ReturnType<typeof declare>>, bytes: Buffer) => {
    const answer = await client.asks({ type: 'sign-upload', id: 11, file })
    if (answer.type !== 'puts') throw new Error(JSON.stringify(answer))
    const [{ url, headers } = { url: '', headers: {} }] = answer.puts
    const sent = await fetch(new URL(url, host.url), { method: 'PUT', headers, body: new Uint8Array(bytes) })
    await sent.arrayBuffer()
    return sent.status
  }

  test('O1, O4: a file is declared, sent, looked at, named, and had by members alone', async () => {
    const bytes = randomBytes(300_000)
    const file = await declare(bytes)
    expect(await put(file, bytes)).toBe(200)
    expect(await client.asks({ type: 'finish-upload', id: 12, file })).toMatchObject({ type: 'upload', state: 'kept' })
    const message = { type: 'send', room, producer: makeId('producer', randomBytes(16)), n: 1, text: '' } as const
    expect(await client.asks({ ...message, files: [{ file }] })).toMatchObject({ type: 'stored' })

    const got = await client.asks({ type: 'get-file', id: 13, room, file })
    if (got.type !== 'file-url') throw new Error(JSON.stringify(got))
    const answer = await fetch(new URL(got.url, host.url))
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
    expect(await client.asks({ type: 'finish-upload', id: 15, file })).toMatchObject({
      refusal: { kind: 'not-uploaded' },
    })
    expect(await put(file, bytes)).toBe(200)
    expect(await client.asks({ type: 'finish-upload', id: 16, file })).toMatchObject({ state: 'kept' })
  })
})

import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeId, type RoomId } from '#protocol/ids.ts'
import { declarationOf } from '../support/files.ts'
import type { HostProcess } from '../support/host-process.ts'
import { type HostName, startHost } from '../support/hosts.ts'
import { inviteRaw, openGroupRaw, type RawAccount, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { SECRET, SwiftServer } from '../support/s3/swift-server.ts'

/** A host, and where it keeps files. */
type Place = { readonly host: HostProcess; readonly end: () => Promise<void> }

async function inFolder(): Promise<Place> {
  const host = await startHost('node-host')
  return { host, end: () => host.dispose() }
}

async function onSwift(name: HostName): Promise<Place> {
  const server = await SwiftServer.start()
  const host = await startHost(name, [], [], { SNUG_S3_URL: server.urlOf('snug') })
  const end = async () => {
    await host.dispose()
    await server.stop()
  }
  return { host, end }
}

describe.each<[string, () => Promise<Place>]>([
  ['node-host, in a folder', inFolder],
  ['node-host, on Swift', () => onSwift('node-host')],
  ['standalone workerd, on Swift', () => onSwift('standalone workerd')],
  ['wrangler dev, on Swift', () => onSwift('wrangler dev')],
])('files on %s', (_, open) => {
  let place: Place
  let owner: RawAccount
  let client: RawClient
  let room: RoomId

  beforeAll(async () => {
    place = await open()
    owner = await registerRaw(place.host.socketUrl, place.host.invitation ?? '', 'owner')
    client = await RawClient.enter(place.host.socketUrl, owner.token)
    room = await openGroupRaw(client)
  })
  afterAll(async () => {
    client.close()
    await place.end()
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
    const sent = await fetch(new URL(url, place.host.url), { method: 'PUT', headers, body: new Uint8Array(bytes) })
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
    const answer = await fetch(new URL(got.url, place.host.url))
    expect(answer.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)

    const code = await inviteRaw(place.host.socketUrl, owner, 1)
    const { token } = await registerRaw(place.host.socketUrl, code, 'stranger')
    const stranger = await RawClient.enter(place.host.socketUrl, token)
    expect(await stranger.asks({ type: 'get-file', id: 14, room, file })).toMatchObject({
      refusal: { kind: 'forbidden' },
    })
    stranger.close()
  })

  test('the secret of the store stands in no log, and in no command line', async () => {
    const lines = await Promise.all((await place.host.pids()).map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8')))
    expect(lines.length).toBeGreaterThan(0)
    expect([...lines, JSON.stringify(place.host.logs)].filter((text) => text.includes(SECRET))).toEqual([])
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

import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FileId, makeId } from '#protocol/ids.ts'
import { declarationOf } from '../support/files.ts'
import type { HostProcess } from '../support/host-process.ts'
import { startHost } from '../support/hosts.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { SwiftServer } from '../support/s3/swift-server.ts'

describe.each(['node-host', 'standalone workerd'] as const)('%s, while its object store is away', (name) => {
  let server: SwiftServer
  let host: HostProcess

  beforeEach(async () => {
    server = await SwiftServer.start()
    host = await startHost(name, [], [], { SNUG_S3_URL: server.urlOf('snug') })
  })
  afterEach(async () => {
    await host.dispose()
    await server.stop()
  })

  test('O1: text goes on, an upload is told to try again, and is kept when the store is back', async () => {
    const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const client = await RawClient.enter(host.socketUrl, token)
    const room = await openGroupRaw(client)
    const file = makeId('file', randomBytes(16))
    await upload(client, file, randomBytes(1000))

    await server.down()
    const finish = (id: number) => client.asks({ type: 'finish-upload', id, file })
    expect(await finish(12)).toMatchObject({ type: 'failed', refusal: { kind: 'retry' } })
    const message = { type: 'send', room, producer: makeId('producer', randomBytes(16)), n: 1, text: 'x' } as const
    expect(await client.asks(message)).toMatchObject({ type: 'stored' })

    await server.up()
    expect(await finish(13)).toMatchObject({ type: 'upload', state: 'kept' })
    client.close()
  })

  test('O1: it starts without it, text goes on, and a file that was sent before is kept when the store is back', async () => {
    const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const before = await RawClient.enter(host.socketUrl, token)
    const room = await openGroupRaw(before)
    const file = makeId('file', randomBytes(16))
    await upload(before, file, randomBytes(1000))
    await server.down()
    await host.kill('SIGKILL')
    await host.restart()
    expect(host.logs.map(({ msg }) => msg)).toContain('the store of files does not answer: files wait for it')

    const client = await RawClient.enter(host.socketUrl, token)
    const message = { type: 'send', room, producer: makeId('producer', randomBytes(16)), n: 1, text: 'x' } as const
    expect(await client.asks(message)).toMatchObject({ type: 'stored' })
    const finish = (id: number) => client.asks({ type: 'finish-upload', id, file })
    expect(await finish(14)).toMatchObject({ type: 'failed', refusal: { kind: 'retry' } })
    await server.up()
    expect(await finish(15)).toMatchObject({ type: 'upload', state: 'kept' })
    client.close()
  })
})

async function upload(client: RawClient, file: FileId, bytes: Buffer): Promise<void> {
  await client.asks({ type: 'declare-file', id: 10, declaration: declarationOf(file, bytes) })
  const answer = await client.asks({ type: 'sign-upload', id: 11, file })
  if (answer.type !== 'puts') throw new Error(JSON.stringify(answer))
  for (const { url, headers } of answer.puts) {
    expect((await fetch(url, { method: 'PUT', headers, body: new Uint8Array(bytes) })).status).toBe(200)
  }
}

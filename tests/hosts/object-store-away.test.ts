import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
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
    const bytes = randomBytes(1000)
    const file = makeId('file', randomBytes(16))
    await client.asks({ type: 'declare-file', id: 10, declaration: declarationOf(file, bytes) })
    const answer = await client.asks({ type: 'sign-upload', id: 11, file })
    if (answer.type !== 'puts') throw new Error(JSON.stringify(answer))
    for (const { url, headers } of answer.puts) {
      expect((await fetch(url, { method: 'PUT', headers, body: new Uint8Array(bytes) })).status).toBe(200)
    }

    await server.down()
    const finish = (id: number) => client.asks({ type: 'finish-upload', id, file })
    expect(await finish(12)).toMatchObject({ type: 'failed', refusal: { kind: 'retry' } })
    const message = { type: 'send', room, producer: makeId('producer', randomBytes(16)), n: 1, text: 'x' } as const
    expect(await client.asks(message)).toMatchObject({ type: 'stored' })

    await server.up()
    expect(await finish(13)).toMatchObject({ type: 'upload', state: 'kept' })
    client.close()
  })
})

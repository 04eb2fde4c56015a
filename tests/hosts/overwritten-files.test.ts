import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FileId, RoomId } from '#protocol/ids.ts'
import type { HostProcess } from '../support/host-process.ts'
import { HOST_NAMES, startHost } from '../support/hosts.ts'
import { overhear } from '../support/overheard.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { declareRaw, fetchRaw, finishRaw, nameRaw, putRaw, signRaw } from '../support/raw-files.ts'
import type { Bucket } from '../support/s3/bucket.ts'
import { openR2 } from '../support/s3/r2.ts'
import { SwiftServer } from '../support/s3/swift-server.ts'
import type { Way } from '../support/way.ts'

/** It takes other bytes than a URL was signed for. */
let lax: Bucket
/** It does not. */
let strict: SwiftServer
let overheard: Way
const asked: string[] = []
beforeAll(async () => {
  lax = await openR2()
  strict = await SwiftServer.start()
  overheard = await overhear(strict.origin, asked)
  expect(lax.refusesOtherContent).toBe(false)
})
afterAll(async () => {
  await overheard.close()
  await strict.stop()
  await lax.close()
})

describe.each(HOST_NAMES)('%s', (name) => {
  const bytes = randomBytes(300_000)
  let host: HostProcess
  let client: RawClient
  let room: RoomId

  const enter = async (env: Record<string, string>) => {
    host = await startHost(name, [], [], env)
    const owner = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    client = await RawClient.enter(host.socketUrl, owner.token)
    room = await openGroupRaw(client)
  }
  const leave = async () => {
    client.close()
    await host.dispose()
  }
  const send = async () => {
    const file = await declareRaw(client, bytes)
    const put = await signRaw(client, file)
    expect(await putRaw(host.url, put, bytes)).toBe(200)
    return { file, put }
  }
  const keep = async (file: FileId) => {
    expect(await finishRaw(client, file)).toMatchObject({ state: 'kept' })
    expect(await nameRaw(client, room, file)).toMatchObject({ type: 'stored' })
  }
  const fetched = async (file: FileId) =>
    Buffer.from(await (await fetchRaw(host.url, client, room, file)).arrayBuffer())

  describe('on a store that takes any content', () => {
    beforeAll(() => enter({ SNUG_S3_URL: lax.url }))
    afterAll(leave)

    test('O1: members have what was declared, whatever is sent to the URL of the upload when it was looked at', async () => {
      const { file, put } = await send()
      await keep(file)
      expect(await putRaw(host.url, put, randomBytes(bytes.length)), 'the URL still holds').toBe(200)
      expect((await fetched(file)).equals(bytes)).toBe(true)
    })
  })

  describe('on a store that refuses other content', () => {
    beforeAll(() =>
      enter({
        SNUG_S3_URL: strict
          .urlOf('snug')
          .replace(strict.origin.slice('http://'.length), overheard.origin.slice('http://'.length)),
        SNUG_S3_PUBLIC_URL: strict.origin,
      }),
    )
    afterAll(leave)

    test('it is asked once whether a file is there, and for nothing else', async () => {
      asked.length = 0
      const { file, put } = await send()
      await keep(file)
      expect(await putRaw(host.url, put, randomBytes(bytes.length))).toBeGreaterThanOrEqual(400)
      expect((await fetched(file)).equals(bytes)).toBe(true)
      expect(asked).toEqual([`HEAD ${new URL(put.url).pathname}`])
    })
  })
})

import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HostProcess } from '../support/host-process.ts'
import { registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { declareRaw, finishRaw, putRaw, signRaw } from '../support/raw-files.ts'
import { RedisServer } from '../support/redis/server.ts'

const WARNING = 'messages name files that are not in the folder: is it the right one?'

let parent: string
let servers: readonly RedisServer[]
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'snug-redis-files-'))
  servers = [await RedisServer.start(), await RedisServer.start()]
})
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  await rm(parent, { recursive: true })
})

const start = (data: string, ...flags: string[]) =>
  HostProcess.start({ data, args: ['--redis-url', servers.map(({ url }) => url).join(), ...flags] })

async function sendFile(host: HostProcess): Promise<void> {
  const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
  const client = await RawClient.enter(host.socketUrl, token)
  const bytes = randomBytes(1000)
  const file = await declareRaw(client, bytes)
  expect(await putRaw(host.url, await signRaw(client, file), bytes)).toBe(200)
  expect(await finishRaw(client, file)).toMatchObject({ state: 'kept' })
  client.close()
}

/** Starts and ends it. Answers whether it had to say something of files. */
async function warns(data: string, ...flags: string[]): Promise<boolean> {
  const host = await start(data, ...flags)
  await host.kill('SIGTERM')
  await host.dispose()
  return host.logs.some(({ msg }) => msg === WARNING)
}

test('messages on servers, and their files in a folder of another machine: it is said before anybody is served', async () => {
  const [here, elsewhere] = [join(parent, 'here'), join(parent, 'elsewhere')]
  const host = await start(here)
  await host.kill('SIGTERM')
  await host.dispose()
  expect(await warns(elsewhere), 'nobody has sent any yet').toBe(false)
  await rm(elsewhere, { recursive: true })

  const sends = await start(here)
  await sendFile(sends)
  await sends.kill('SIGTERM')
  await sends.dispose()

  for (const threads of ['1', '2'])
    await expect(start(elsewhere, '--threads', threads)).rejects.toThrow(
      `name files, and the folder ${join(elsewhere, 'objects')} is missing: give --data the folder that has them. To go on without them, make that folder.`,
    )
  await mkdir(join(elsewhere, 'objects'), { recursive: true })
  expect(await warns(elsewhere), 'an empty folder').toBe(true)
  expect(await warns(here), 'the one that has them').toBe(false)
})

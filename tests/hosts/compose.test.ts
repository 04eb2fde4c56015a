import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { composeFile, instruction, madeEnv } from '../support/compose.ts'
import { declarationOf } from '../support/files.ts'
import { freePort } from '../support/free-port.ts'
import { HostProcess } from '../support/host-process.ts'
import { RawClient } from '../support/raw-client.ts'
import { RedisServer } from '../support/redis/server.ts'
import { runProgram } from '../support/run-program.ts'
import { SwiftServer } from '../support/s3/swift-server.ts'
import { findAgain, type Talk, twoPeopleTalk } from '../support/smoke.ts'

const env = madeEnv('chat.example.org')
let redis: RedisServer
let swift: SwiftServer
let host: HostProcess
let url: string
let talk: Talk

/** Started with what deploy/compose.yaml sets, the names of its stores led to stores of this machine. */
beforeAll(async () => {
  redis = await RedisServer.start('--requirepass', env.PIKA_PASSWORD ?? '')
  swift = await SwiftServer.start()
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  host = await HostProcess.start({ env: environment(), args: ['--port', String(port)] })
})
afterAll(async () => {
  await host.dispose()
  await Promise.all([redis.stop(), swift.stop()])
})

function environment(): Record<string, string> {
  const { SNUG_REDIS_URL = '', SNUG_S3_URL = '', ...others } = composeFile(env).services.snug?.environment ?? {}
  const [, bucket = ''] = /@files:7070\/(\w+)$/.exec(SNUG_S3_URL) ?? []
  return {
    ...others,
    SNUG_REDIS_URL: SNUG_REDIS_URL.replace('@pika:9221', `@127.0.0.1:${redis.port}`),
    SNUG_S3_URL: swift.urlOf(bucket),
  }
}

test('two people talk, and everything is there after it was killed', async () => {
  expect(host.invitation).toMatch(/^https:\/\/chat\.example\.org\/join\//)
  talk = await twoPeopleTalk({ url, firstInvitation: host.invitation ?? '' })
  await host.kill('SIGKILL')
  await host.restart()
  await findAgain(url, talk)
})

test('files go where the front leads to their store, and the page may ask there', async () => {
  const client = await RawClient.open(`${url.replace('http', 'ws')}/ws`)
  await client.asks({
    type: 'log-in',
    id: 0,
    device: makeId('device', randomBytes(16)),
    deviceName: 'raw',
    ...talk.account,
  })
  const file = makeId('file', randomBytes(16))
  await client.asks({ type: 'declare-file', id: 1, declaration: declarationOf(file, randomBytes(1000)) })
  const answer = await client.asks({ type: 'sign-upload', id: 2, file })
  client.close()
  expect(answer).toMatchObject({
    puts: [{ url: expect.stringMatching(/^https:\/\/chat\.example\.org:8443\/snug\//) }],
  })
  const policy = (await fetch(url)).headers.get('content-security-policy')
  expect(policy).toMatch(/connect-src [^;]*https:\/\/chat\.example\.org:8443/)
})

test('what the container is looked at with says whether it serves', async () => {
  const [, command = ''] = /CMD (\[.*\])$/.exec(instruction('HEALTHCHECK') ?? '') ?? []
  const [, ...parameters]: string[] = JSON.parse(command)
  const [evaluate = '', script = ''] = parameters
  const look = (port: number) => runProgram(evaluate, [script], ['env', `SNUG_PORT=${port}`])
  expect((await look(Number(new URL(url).port))).code).toBe(0)
  expect((await look(await freePort())).code).toBe(1)
})

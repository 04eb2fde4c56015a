import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RoomId } from '#protocol/ids.ts'
import { SeededRandom } from '../simulation/seeded-random.ts'
import { count } from '../support/counts.ts'
import type { HostProcess } from '../support/host-process.ts'
import { startHost } from '../support/hosts.ts'
import { isText, keyOf, Load, readTimeline, type Sent } from '../support/load.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { RedisProxy } from '../support/redis/proxy.ts'
import { type AnyRedis, openRedis } from '../support/redis/server.ts'
import { STEPS_IN_ROOMS, type Step, stopAt } from '../support/redis/steps.ts'

/** For each step. */
const SEEDS = count(2, 23)
const SENDERS = 2
const OUTSTANDING = 20
const UNBOUNDED = ['--messages-per-second', '1000000', '--message-burst', '1000000', '--request-burst', '100000']

let redis: AnyRedis
beforeAll(async () => {
  redis = await openRedis()
})
afterAll(() => redis.stop())

const start = () => startHost('node-host', [...UNBOUNDED, '--redis-url', redis.url])

test('a second host is told that the store is in use, and who uses it', async () => {
  const first = await start()
  await expect(start()).rejects.toThrow(`Another Snug (process ${first.pid} on `)
  await expect(start()).rejects.toThrow(`uses the store at redis://${redis.host}`)
  expect(await (await fetch(`${first.url}/healthz`)).text()).toContain('ok')
  await first.dispose()
})

/** A host, and the way by which it goes to its store. */
type Place = { readonly host: HostProcess; readonly way: RedisProxy }

/** What was acknowledged by whichever host, over all cycles. */
describe('a host that is stopped at a step of a commit, while another takes its place, and then goes on', () => {
  let token: string
  let room: RoomId
  let head = 1
  let active: Place

  beforeAll(async () => {
    await redis.empty()
    active = await open()
    const { host } = active
    token = (await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')).token
    const client = await RawClient.enter(host.socketUrl, token)
    room = await openGroupRaw(client)
    client.close()
  })
  afterAll(() => leave(active))

  const cases = Object.entries(STEPS_IN_ROOMS).flatMap(([name, step]) =>
    Array.from({ length: SEEDS }, (_, i) => ({ name, step, seed: i + 1 })),
  )
  test.each(cases)('I1, I2, I5, I10: $name, seed $seed', async ({ step, seed }) => {
    const random = new SeededRandom(seed)
    const [stopped, first, second] = [active, new Load([room]), new Load([room])]
    await first.run(stopped.host.socketUrl, token, SENDERS, OUTSTANDING, random.int(20, 200))
    await stopAtStep(stopped, step, step.isRare ? 0 : random.int(0, 20))
    // Nobody waits for one of this machine that is stopped, nor is that what keeps two from writing.
    await redis.forgetLease()
    active = await open()
    await second.run(active.host.socketUrl, token, SENDERS, OUTSTANDING, random.int(20, 200))
    goOn(stopped)
    expect(await stopped.host.exited).toMatchObject({ code: 1 })
    expect(stopped.host.logs.at(-1)?.msg).toContain('belongs to another host now')
    first.stop()
    second.stop()
    await check([...first.sent, ...second.sent])
    await first.resend(active.host.socketUrl, token)
    await second.resend(active.host.socketUrl, token)
    await check([...first.sent, ...second.sent], { moveOn: true })
    await leave(stopped)
  })

  test('one that is pointed at the store of another which does not say a word any more waits, and takes over', async () => {
    const { host } = active
    process.kill(host.pid, 'SIGSTOP')
    const next = await open()
    process.kill(host.pid, 'SIGCONT')
    expect(await host.exited).toMatchObject({ code: 1 })
    await leave(next)
  })

  async function check(sent: readonly Sent[], { moveOn = false } = {}): Promise<void> {
    const client = await RawClient.enter(active.host.socketUrl, token)
    const records = await readTimeline(client, room, head)
    client.close()
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, i) => head + 1 + i))
    const texts = records.filter(isText)
    const places = new Map(texts.map((record) => [keyOf({ ...record, room }), record.seq]))
    expect(places.size, 'once').toBe(texts.length)
    for (const message of sent.filter(({ stored }) => stored))
      expect(places.get(keyOf(message)), 'an acknowledged message is there').toBe(
        message.seq ?? places.get(keyOf(message)),
      )
    expect(sent.filter((message) => message.stored && !places.has(keyOf(message)))).toEqual([])
    if (moveOn) head = records.at(-1)?.seq ?? head
  }
})

async function open(): Promise<Place> {
  const way = await RedisProxy.start(redis.port, redis.host)
  return { way, host: await startHost('node-host', [...UNBOUNDED, '--redis-url', way.url]) }
}

async function leave({ host, way }: Place): Promise<void> {
  await host.dispose()
  await way.stop()
}

/** Nothing that it has sent and that has not arrived arrives before it goes on. */
function stopAtStep({ host, way }: Place, step: Step, n: number): Promise<void> {
  return new Promise((resolve) => {
    way.judge = stopAt(step, n, () => {
      way.freeze()
      process.kill(host.pid, 'SIGSTOP')
      resolve()
    })
  })
}

function goOn({ host, way }: Place): void {
  way.thaw()
  process.kill(host.pid, 'SIGCONT')
}

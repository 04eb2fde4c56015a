import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { makeId } from '#protocol/ids.ts'
import { Receiver } from './receiver.ts'
import { ServerProcess } from './server-process.ts'

/**
 * A first figure of fan-out: one sender, `RECEIVERS` sockets, 100-byte messages, one or sixteen outstanding, Snug
 * (every message synced before anybody sees it) beside a bare `ws` server that stores nothing. The receivers are
 * sockets of one account. Three interleaved runs; the median is printed.
 */
const RECEIVERS = 200
const MESSAGES = { 1: 1_000, 16: 8_000 } as const
const RUNS = 3
const TEXT = 'x'.repeat(100)
const ROOT = fileURLToPath(new URL('..', import.meta.url))

type Outstanding = keyof typeof MESSAGES
type Crowd = {
  readonly server: ServerProcess
  readonly receivers: readonly Receiver[]
  /** Posts the n-th message. */
  post(n: number): void
  /** How many messages a frame brings. */
  count(frame: string): number
}
type Figure = { deliveriesPerSecond: number; cpuMicrosPerDelivery: number }

async function bare(): Promise<Crowd> {
  const server = await ServerProcess.start([`${ROOT}bench/bare-ws.ts`], (line) => JSON.parse(line).port)
  const receivers = await crowd(() => Receiver.open(`ws://127.0.0.1:${server.port}`, false))
  const [sender] = receivers
  return { server, receivers, post: (n) => sender?.send({ n, text: TEXT }), count: () => 1 }
}

async function snug(): Promise<Crowd> {
  const limits = ['--message-burst', '1000000', '--messages-per-second', '1000000', '--request-burst', '10000']
  const server = await ServerProcess.start(
    [`${ROOT}dist/node-host/main.js`, '--port', '0', '--data', '{data}/data', ...limits],
    (line) => Number(/http:\/\/127\.0\.0\.1:(\d+)\/join/.exec(line)?.[1] ?? Number.NaN) || undefined,
  )
  const invitation = /\/join\/([A-Za-z0-9_-]{22})/.exec(server.said.join('\n'))?.[1] ?? ''
  const url = `ws://127.0.0.1:${server.port}/ws`
  const token = await register(url, invitation)
  const room = makeId('group', randomBytes(16))
  const receivers = await crowd(() => enter(url, token))
  const [sender] = receivers
  await sender?.ask({ type: 'create-group', id: 3, room, title: 'bench', members: [] }, (text) => text.includes(room))
  for (const receiver of receivers) {
    await receiver.ask({ type: 'sync', id: 4, inbox: 0, rooms: [] }, (text) => text.includes('"last"'))
  }
  const producer = makeId('producer', randomBytes(16))
  return {
    server,
    receivers,
    post: (n) => sender?.send({ type: 'send', room, producer, n, text: TEXT }),
    count: (frame) => frame.split('"kind":"text"').length - 1,
  }
}

async function register(url: string, invitation: string): Promise<string> {
  const socket = await Receiver.open(url, true)
  await socket.ask({ type: 'hello', versions: [1], client: 'bench' }, (text) => text.includes('welcome'))
  const account = { handle: 'bench', name: 'Bench', password: randomBytes(12).toString('hex'), deviceName: 'bench' }
  const ids = { user: makeId('user', randomBytes(16)), device: makeId('device', randomBytes(16)) }
  const answer = await socket.ask({ type: 'register', id: 1, ...ids, ...account, invitation }, () => true)
  socket.socket.terminate()
  return JSON.parse(answer).token
}

async function enter(url: string, token: string): Promise<Receiver> {
  const receiver = await Receiver.open(url, true)
  await receiver.ask({ type: 'hello', versions: [1], client: 'bench' }, (text) => text.includes('welcome'))
  await receiver.ask({ type: 'authenticate', id: 2, token }, (text) => text.includes('session'))
  return receiver
}

async function crowd(open: () => Promise<Receiver>): Promise<Receiver[]> {
  const receivers: Receiver[] = []
  for (let i = 0; i < RECEIVERS; i++) receivers.push(await open())
  return receivers
}

/** Keeps `outstanding` messages on their way, and waits until every socket has got as much as the witness. */
async function measure({ server, receivers, post, count }: Crowd, outstanding: Outstanding): Promise<Figure> {
  const total = MESSAGES[outstanding]
  const witness = receivers.at(-1)
  if (!witness) throw new Error('no receivers')
  const before = receivers.map(({ bytes }) => bytes)
  const cpu = await server.cpuSeconds()
  const started = performance.now()
  await new Promise<void>((resolve) => {
    let posted = 0
    let seen = 0
    witness.onFrame = (frame) => {
      seen += count(frame)
      while (posted < total && posted - seen < outstanding) post(base + ++posted)
      if (seen >= total) resolve()
    }
    while (posted < outstanding) post(base + ++posted)
  })
  base += total
  const due = witness.bytes - (before.at(-1) ?? 0)
  while (receivers.some(({ bytes }, i) => bytes - (before[i] ?? 0) < due)) await new Promise(setImmediate)
  const seconds = (performance.now() - started) / 1000
  const used = (await server.cpuSeconds()) - cpu
  witness.onFrame = undefined
  const deliveries = total * RECEIVERS
  return { deliveriesPerSecond: deliveries / seconds, cpuMicrosPerDelivery: (used * 1e6) / deliveries }
}

/** Numbers of a producer go on from run to run. */
let base = 0

function median(figures: readonly Figure[], of: keyof Figure): number {
  return figures.map((figure) => figure[of]).sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0
}

const results = new Map<string, Figure[]>()
for (const outstanding of [1, 16] as const) {
  for (let run = 0; run < RUNS; run++) {
    for (const [name, start] of Object.entries({ bare, snug })) {
      base = 0
      const crowd = await start()
      await measure(crowd, outstanding)
      const figure = await measure(crowd, outstanding)
      const key = `${name}, ${outstanding} outstanding`
      results.set(key, [...(results.get(key) ?? []), figure])
      for (const { socket } of crowd.receivers) socket.terminate()
      await crowd.server.stop()
    }
  }
}
console.log(`fan-out to ${RECEIVERS} sockets, medians of ${RUNS}`)
for (const [key, figures] of results) {
  const rate = Math.round(median(figures, 'deliveriesPerSecond') / 1000)
  console.log(
    `${key.padEnd(24)} ${String(rate).padStart(6)} k deliveries/s ${median(figures, 'cpuMicrosPerDelivery').toFixed(2)} us of CPU each`,
  )
}

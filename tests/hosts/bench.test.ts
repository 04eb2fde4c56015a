import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#durable/ports/host.ts'
import { readSettings } from '#node-host/settings.ts'
import { ROOT } from '../house/files.ts'
import { type Ended, runProgram } from '../support/run-program.ts'

type Line = { readonly workload: string; readonly server?: string } & Readonly<Record<string, unknown>>

const ALWAYS = ['deliveries_per_s', 'messages_per_s', 'p50_ms', 'p99_ms']
  .concat(['cpu_us_per_delivery', 'cpu_us_per_message', 'rss_kib_per_connection'])
  .concat(['ratio', 'ratio_to_sync'])

const BESIDE_BOTH = ['bare-ws', 'bare-ws-sync', 'snug']
const BESIDE_ONE = ['bare-ws', 'snug']

/** What each workload tells of, with `--tiny`, and of which figures. */
const EXPECTED = {
  fanout: [BESIDE_BOTH, ['deliveries_per_s', 'cpu_us_per_delivery', 'p50_ms', 'p99_ms']],
  latency: [BESIDE_BOTH, ['deliveries_per_s', 'cpu_us_per_delivery', 'p50_ms', 'p99_ms']],
  rooms: [BESIDE_BOTH, ['messages_per_s', 'cpu_us_per_message', 'p50_ms', 'p99_ms']],
  threads: [
    ['bare-ws', 'snug', 'snug-2-threads'],
    ['messages_per_s', 'cpu_us_per_message', 'p50_ms', 'p99_ms'],
  ],
  idle: [BESIDE_ONE, ['rss_kib_per_connection']],
  history: [BESIDE_ONE, ['pages_per_s', 'cpu_us_per_page', 'page_p50_to_small_room', 'page_cpu_to_small_room']],
  interference: [BESIDE_ONE, ['deliveries_per_s', 'p50_ms', 'p99_ms']],
  redis: [['snug-redis'], ['messages_per_s', 'sets_per_s', 'messages_to_sets']],
  'redis-rooms': [
    ['snug', 'snug-redis'],
    ['messages_per_s', 'cpu_us_per_message', 'p50_ms', 'p99_ms'],
  ],
  connect: [BESIDE_ONE, ['log_ins_per_s', 'cpu_us_per_log_in', 'p50_ms', 'p99_ms']],
} as const

/** Speeds are never asserted: they belong to the machine. */
describe('npm run bench', () => {
  let lines: readonly Line[]

  beforeAll(async () => {
    const { code, out, errors } = await run('--tiny', '--json')
    expect([code, errors]).toEqual([0, ''])
    lines = out
      .trimEnd()
      .split('\n')
      .map((line): Line => JSON.parse(line))
  })

  test('says first on what machine it runs, how fast its disk is, and which limits it has raised', () => {
    expect(lines[0]).toMatchObject({
      workload: 'machine',
      fdatasync_p50_ms: expect.any(Number),
      calibration_ms: expect.any(Number),
      raised_limits: { 'messages-per-second': 1_000_000, 'request-burst': 1_000_000 },
    })
    expect(lines[0]).toHaveProperty('pinned')
  })

  test.each(Object.entries(EXPECTED))('%s: each server has a line with its figures', (workload, [servers, figures]) => {
    const own = lines.filter((line) => line.workload === workload)
    expect([...new Set(own.map(({ server }) => server))].sort()).toEqual(servers)
    for (const line of own) {
      expect(Object.keys(line)).toEqual(expect.arrayContaining(['params', ...ALWAYS]))
      for (const figure of figures) expect(line[figure], `${line.server} ${figure}`).toEqual(expect.any(Number))
    }
  })

  test('each line of Snug also says how its figures stand to those of bare ws in the same run', () => {
    const own = lines.filter(({ server, workload }) => server === 'snug' && isBesideBareWs(workload))
    expect(own.length).toBeGreaterThanOrEqual(Object.keys(EXPECTED).filter(isBesideBareWs).length)
    for (const { ratio, ratio_to_sync: toSync, workload } of own) {
      expect(Object.values(ratio ?? {}), workload).not.toEqual([])
      const syncs = new Set<string>(EXPECTED[workload as keyof typeof EXPECTED][0]).has('bare-ws-sync')
      expect(toSync !== null, workload).toBe(syncs)
    }
  })

  test('two threads also say how they stand to one, and how evenly they work', () => {
    const [two] = lines.filter(({ server }) => server === 'snug-2-threads')
    expect(two).toMatchObject({
      cpu_balance: expect.any(Number),
      ratio_to_one_thread: { cpu_us_per_message: expect.any(Number) },
    })
  })

  test('Snug on Redis also says how it stands to that on the embedded store', () => {
    const own = lines.filter(({ server, workload }) => server === 'snug-redis' && workload === 'redis-rooms')
    expect(own).toMatchObject([{ ratio_to_embedded: { messages_per_s: expect.any(Number) } }])
  })

  test.each([
    ['there is no workload flying', ['flying']],
    ['no case has a parameter wings', ['fanout', '--only', 'wings=2']],
    ['no case has these parameters', ['fanout', '--only', 'members=51']],
  ])('what it does not understand it says in a sentence: %s', async (sentence, args) => {
    const { code, errors } = await run(...args)
    expect(code).toBe(2)
    expect(errors.split('\n')[0]).toBe(sentence)
  })
})

/** Why: the bench raises them for itself; what people start stays as it is documented. */
test('the rate limits that nobody has raised', () => {
  expect(DEFAULT_LIMITS).toMatchObject({
    messagesPerSecond: 10,
    messageBurst: 30,
    requestsPerSecond: 20,
    requestBurst: 100,
    roomsPerMinute: 5,
  })
  const settings = readSettings([], {})
  expect(settings).toMatchObject({ ...DEFAULT_LIMITS, connections: 10_000, connectionsPerAddress: 1_000 })
})

function isBesideBareWs(workload: string): boolean {
  return new Set<string>(EXPECTED[workload as keyof typeof EXPECTED][0]).has('bare-ws')
}

function run(...args: string[]): Promise<Ended> {
  return runProgram(join(ROOT, 'bench/main.ts'), args)
}

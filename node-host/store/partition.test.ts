import { cp, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { open as lmdb } from 'lmdb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { encodeKey, tableEnd, tablePrefix, tableStart } from './keys.ts'
import { logFiles } from './log-reading.ts'
import { type Move, type Pace, Partition } from './partition.ts'
import { recover } from './recovery.ts'
import { Trees } from './trees.ts'

let parent: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'snug-partition-'))
})

afterEach(() => rm(parent, { recursive: true }))

const NEVER: Pace = { ms: 3_600_000, bytes: Number.POSITIVE_INFINITY }
const AT_ONCE: Pace = { ms: 0, bytes: 1 }

const TABLES = ['one', 'two'].map((table) => tablePrefix('room:a', table))
const keyOf = (table: number, n: number) => encodeKey(TABLES[table] as Buffer, n)

async function open(name: string, pace: Pace, onMove: (move: Move) => void = () => {}): Promise<Partition> {
  const events = {
    onBatch: () => {},
    onMove,
    onFailure: (error: Error) => {
      throw error
    },
  }
  return Partition.open(join(parent, name), { ...events, place: 'here', isWhole: false }, pace)
}

/** What a process would find that starts when this one is killed now, while nothing is being written. */
async function afterKill(name: string): Promise<Partition> {
  const copy = `${name}-killed`
  await cp(join(parent, name), join(parent, copy), { recursive: true })
  return open(copy, NEVER)
}

function rowsOf(partition: Partition, table: number, reverse = false): [string, string][] {
  const bounds = [tableStart(TABLES[table] as Buffer), tableEnd(TABLES[table] as Buffer)] as const
  const [from, to] = reverse ? bounds.toReversed() : bounds
  return [...partition.range({ from: from as Buffer, to: to as Buffer, reverse })].map(({ key, value }) => [
    key.toString('hex'),
    String(Buffer.from(value)),
  ])
}

type Step = { readonly table: number; readonly n: number; readonly value: string | undefined }

const step = fc.record({
  table: fc.nat({ max: 1 }),
  n: fc.nat({ max: 12 }),
  value: fc.option(fc.string({ maxLength: 4 }), { nil: undefined }),
})

/** Commits each group of steps at once; the model knows what must be there. */
async function play(partition: Partition, groups: readonly Step[][], model: Map<string, string>): Promise<void> {
  for (const group of groups) {
    await Promise.all(
      group.map(({ table, n, value }) => {
        const key = keyOf(table, n)
        if (value === undefined) model.delete(key.toString('hex'))
        else model.set(key.toString('hex'), value)
        return partition.commit({ rows: [{ key, value: value === undefined ? value : Buffer.from(value) }], bytes: 1 })
      }),
    )
    assertSame(partition, model)
  }
}

function assertSame(partition: Partition, model: ReadonlyMap<string, string>): void {
  for (const [table, prefix] of TABLES.entries()) {
    const expected = [...model].filter(([key]) => key.startsWith(prefix.toString('hex'))).sort()
    expect(rowsOf(partition, table)).toEqual(expected)
    expect(rowsOf(partition, table, true)).toEqual(expected.toReversed())
    for (let n = 0; n <= 12; n++) {
      const value = partition.get(keyOf(table, n))
      expect(value && String(Buffer.from(value))).toBe(model.get(keyOf(table, n).toString('hex')))
    }
  }
}

/** Whatever is committed in whatever order reads as it should, also by the processes that come after. */
function holds(pace: Pace, fate: 'killed in between' | 'not killed'): Promise<void> {
  const groups = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 6 })
  let runs = 0
  const run = async (before: Step[][], after: Step[][]): Promise<void> => {
    runs += 1
    const name = `run-${runs}`
    const model = new Map<string, string>()
    const first = await open(name, pace)
    await play(first, before, model)
    if (fate === 'killed in between') {
      const next = await afterKill(name)
      const theirs = new Map(model)
      assertSame(next, theirs)
      await play(next, after, theirs)
      const last = await afterKill(`${name}-killed`)
      assertSame(last, theirs)
      await Promise.all([next.close(), last.close()])
    }
    await first.close()
    const second = await open(name, pace)
    assertSame(second, model)
    await play(second, after, model)
    await second.close()
  }
  return fc.assert(fc.asyncProperty(groups, groups, run), { numRuns: 25 })
}

describe('what is read is the newest that is durable, wherever it stands', () => {
  test('in the log; and all of it is there after a kill, and after an end', () => holds(NEVER, 'killed in between'))

  test('on its way into the trees; and all of it is there after an end', () => holds(AT_ONCE, 'not killed'))

  test('a limit counts rows, not what was deleted', async () => {
    const partition = await open('limits', NEVER)
    const put = (n: number, value: string | undefined) =>
      partition.commit({ rows: [{ key: keyOf(0, n), value: value ? Buffer.from(value) : undefined }], bytes: 1 })
    for (const n of [1, 2, 3, 4]) await put(n, 'old')
    await partition.close()
    const again = await open('limits', NEVER)
    await again.commit({ rows: [{ key: keyOf(0, 1), value: undefined }], bytes: 1 })
    await again.commit({ rows: [{ key: keyOf(0, 3), value: Buffer.from('new') }], bytes: 1 })
    const page = [...again.range({ from: keyOf(0, 0), to: keyOf(0, 9), limit: 2 })]
    expect(page.map(({ key }) => key)).toEqual([keyOf(0, 2), keyOf(0, 3)])
    expect([...again.range({ from: keyOf(0, 0), to: keyOf(0, 9), limit: 0 })]).toEqual([])
    await again.close()
  })

  test('alarms too', async () => {
    const partition = await open('alarms', NEVER)
    const ring = (actor: string, at: number | null) => partition.commit({ rows: [], bytes: 0, alarm: { actor, at } })
    await Promise.all([ring('room:a', 1), ring('user:b', 2)])
    await ring('room:a', null)
    await ring('room:c', 3.5)
    const alarms = [
      ['room:c', 3.5],
      ['user:b', 2],
    ]
    expect([...partition.alarms()]).toEqual(alarms)
    const killed = await afterKill('alarms')
    expect([...killed.alarms()]).toEqual(alarms)
    await killed.close()
    await partition.close()
    const again = await open('alarms', NEVER)
    expect([...again.alarms()]).toEqual(alarms)
    await again.close()
  })

  test.each([
    ['when the time has come', { ms: 1, bytes: Number.POSITIVE_INFINITY }],
    ['when there is enough of them', { ms: 3_600_000, bytes: 1_000 }],
  ])('rows move into the trees %s, of each key the newest', async (_name, pace) => {
    const moved = Promise.withResolvers<Move>()
    const partition = await open('moves', pace, moved.resolve)
    const put = (value: string) => ({ rows: [{ key: keyOf(0, 1), value: Buffer.from(value) }], bytes: 1 })
    await Promise.all([partition.commit(put('old')), partition.commit(put('n'.repeat(1_000)))])
    expect(await moved.promise).toMatchObject({ entries: 1 })
    await cp(join(parent, 'moves'), join(parent, 'copy'), { recursive: true })
    const trees = lmdb({ path: join(parent, 'copy'), noSubdir: false, readOnly: true, maxDbs: 3 })
    const rows = trees.openDB<Buffer, Buffer>({ name: 'rows', encoding: 'binary', keyEncoding: 'binary' })
    expect(rows.get(keyOf(0, 1))).toEqual(Buffer.from('n'.repeat(1_000)))
    await Promise.all([trees.close(), partition.close()])
  })

  test('the log waits for the trees instead of running away from them', async () => {
    const partition = await open('far', { ms: 3_600_000, bytes: 64 * 1024 })
    const value = Buffer.alloc(1_000, 'v')
    const all = Array.from({ length: 12_000 }, (_, n) =>
      partition.commit({ rows: [{ key: keyOf(0, n), value }], bytes: value.length }),
    )
    await Promise.all(all)
    const sizes = await Promise.all(logFiles(join(parent, 'far')).map(async (file) => (await stat(file)).size))
    expect(Math.max(...sizes)).toBeLessThan(3 * 1024 * 1024)
    expect(rowsOf(partition, 0)).toHaveLength(12_000)
    await partition.close()
    const again = await open('far', NEVER)
    expect(rowsOf(again, 0)).toHaveLength(12_000)
    await again.close()
  })
})

test('what cannot be moved at a start is still in the log at the next', async () => {
  const partition = await open('full', NEVER)
  for (const n of [1, 2, 3]) await partition.commit({ rows: [{ key: keyOf(0, n), value: Buffer.from('v') }], bytes: 1 })
  await cp(join(parent, 'full'), join(parent, 'full-killed'), { recursive: true })
  await partition.close()
  const folder = join(parent, 'full-killed')
  const trees = await Trees.open(folder, 'here')
  trees.move = () => Promise.reject(new Error('no space left'))
  await expect(recover(trees, { folder, place: 'here' }, false)).rejects.toThrow('perhaps since the disk is full')
  await trees.close()
  const again = await open('full-killed', NEVER)
  expect(rowsOf(again, 0)).toHaveLength(3)
  await again.close()
})

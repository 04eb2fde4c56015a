import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { entriesOf, numberOf } from './batch.ts'
import { CommitLog } from './commit-log.ts'
import { HEAD_BYTES } from './log-head.ts'
import { type LogPlace, logFiles, type Marks, readLog } from './log-reading.ts'

let at: LogPlace
let first: string
let marks: Marks

beforeEach(async () => {
  at = { folder: await mkdtemp(join(tmpdir(), 'snug-log-')), place: 'here' }
  first = logFiles(at.folder)[0]
  marks = await CommitLog.make(at, 0)
})

afterEach(() => rm(at.folder, { recursive: true }))

const SECTOR_BYTES = 512
/** Not even a crash divides one. */
const WORD_BYTES = 8

const change = (value: string) => ({ rows: [{ key: Buffer.from('k'), value: Buffer.from(value) }], bytes: 1 })

/** What a process would find that starts now, the trees of which hold all up to a number. */
async function found(moved: number): Promise<string[]> {
  const batches = await readLog(at, { moved, marks, place: at.place }, false)
  return batches.flatMap((batch) => [...entriesOf(batch)].map(({ value }) => String(value)))
}

/** What is appended from batch `after` + 1 on, each in a batch of its own; what stands in the file that is left moves. */
async function append(after: number, ...values: (string | 'switch')[]): Promise<void> {
  const log = await CommitLog.open(at, marks, after)
  for (const value of values) {
    if (value !== 'switch') await log.append([change(value)])
    else {
      log.switchFiles()
      marks = await log.mark(log.last)
    }
  }
  await log.close()
}

async function makeAnew(): Promise<void> {
  for (const file of logFiles(at.folder)) await rm(file)
  marks = await CommitLog.make(at, 0)
}

describe('the commit log', () => {
  test('holds rows, deletions and alarms as they were given', async () => {
    const log = await CommitLog.open(at, marks, 0)
    const key = Buffer.from([0, 255, 7])
    const rows = [
      { key, value: Buffer.alloc(0) },
      { key, value: undefined },
    ]
    await log.append([
      { rows, bytes: 1, alarm: { actor: 'room:é', at: 1.5 } },
      { rows: [], bytes: 0, alarm: { actor: 'room:é', at: null } },
    ])
    await log.close()
    const batches = await readLog(at, { moved: 0, marks, place: 'here' }, false)
    expect(batches.map(numberOf)).toEqual([1])
    expect(batches.flatMap((batch) => [...entriesOf(batch)])).toMatchObject([
      { tree: 0, key, value: Buffer.alloc(0) },
      { tree: 0, key, value: undefined },
      { tree: 1, key: Buffer.from('room:é') },
      { tree: 1, key: Buffer.from('room:é'), value: undefined },
    ])
  })

  test('answers in order what both files hold behind a number', async () => {
    await append(0, 'a', 'b', 'switch', 'c', 'd')
    expect(await found(0)).toEqual(['a', 'b', 'c', 'd'])
    expect(await found(2)).toEqual(['c', 'd'])
    expect(await found(4)).toEqual([])
  })

  test('what an earlier use of a file left behind the present one is not taken for it', async () => {
    await append(0, 'a', 'b', 'c', 'd', 'switch', 'e', 'switch', 'f')
    expect(await found(5)).toEqual(['f'])
    expect(await found(4)).toEqual(['e', 'f'])
  })

  test('goes on in the file that it went on in, and numbers on', async () => {
    await append(0, 'a', 'b', 'switch')
    await append(2, 'c', 'switch')
    await append(3, 'd')
    expect(await found(3)).toEqual(['d'])
    expect(await found(2)).toEqual(['c', 'd'])
    const log = await CommitLog.open(at, marks, 4)
    expect(numberOf(await log.append([change('e')]))).toBe(5)
    expect(log.last).toBe(5)
    await log.close()
  })

  test('a last batch that did not get to its end does not count, wherever it was cut and whatever was there before', async () => {
    const pasts = [[], ['x', 'y', 'z'], ['x'.repeat(700)], ['x', 'y'.repeat(2_000), 'z']]
    for (const past of pasts) {
      await makeAnew()
      if (past.length > 0) await append(0, ...past, 'switch', 'moved', 'switch')
      const moved = past.length === 0 ? 0 : past.length + 1
      const states = [await readFile(first)]
      for (const values of [['e'], ['e', 'f']]) {
        await append(moved, ...values)
        states.push(await readFile(first))
      }
      for (const [n, before] of states.slice(0, -1).entries()) await tear(before, states[n + 1] as Buffer, moved, n)
    }
  })

  async function tear(before: Buffer, after: Buffer, moved: number, complete: number): Promise<void> {
    const differences = [...after.keys()].filter((i) => after[i] !== before[i])
    const [start = 0, end = 0] = [differences[0], differences.at(-1)]
    for (let cut = start - (start % WORD_BYTES); cut <= end; cut += WORD_BYTES) {
      await writeFile(first, Buffer.concat([after.subarray(0, cut), before.subarray(cut)]))
      expect((await found(moved)).length, `cut at ${cut}`).toBe(complete)
    }
  }

  test('nor where the disk wrote some of its sectors and others not', async () => {
    const sizes = fc.array(fc.nat({ max: 3_000 }), { minLength: 1, maxLength: 5 })
    const sectors = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(sizes, sizes, fc.nat({ max: 3_000 }), sectors, async (past, present, size, written) => {
        await makeAnew()
        await append(0, ...past.map((length) => 'x'.repeat(length)), 'switch', 'moved', 'switch')
        const moved = past.length + 1
        const values = present.slice(1).map((length) => 'y'.repeat(length))
        await append(moved, ...values)
        const before = await readFile(first)
        await append(moved, ...values, 'z'.repeat(size))
        const after = await readFile(first)
        const torn = Buffer.from(before)
        for (let n = 0, sector = 0; n * SECTOR_BYTES < after.length; n++) {
          const [from, to] = [n * SECTOR_BYTES, (n + 1) * SECTOR_BYTES]
          if (after.subarray(from, to).equals(before.subarray(from, to))) continue
          if (written[sector++ % written.length]) torn.set(after.subarray(from, to), from)
        }
        await writeFile(first, torn)
        expect(await found(moved)).toEqual(torn.equals(after) ? [...values, 'z'.repeat(size)] : values)
      }),
      { numRuns: 60 },
    )
  })

  test.each([
    ['in the file before', ['a', 'b', 'switch', 'c'] as const],
    ['in the same file', ['a', 'b', 'c'] as const],
    ['in the same file, as its first', ['switch', 'a', 'b'] as const],
  ])('a batch that is damaged before another, %s, is said: what was acknowledged is missing', async (_name, values) => {
    await append(0, ...values)
    const [path] = values[0] === 'switch' ? logFiles(at.folder).toReversed() : [first]
    const whole = await readFile(path as string)
    const from = values[0] === 'switch' ? HEAD_BYTES : HEAD_BYTES + whole.readUInt32BE(HEAD_BYTES)
    for (const byte of [from, from + 2, from + 5, from + 12, from + 20]) {
      const damaged = Buffer.from(whole)
      damaged.writeUInt8(damaged.readUInt8(byte) ^ 1, byte)
      await writeFile(path as string, damaged)
      await expect(found(0), `byte ${byte}`).rejects.toThrow(/log-[01]/)
    }
    expect(await found(3)).toEqual([])
  })
})

import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { entriesOf, numberOf } from './batch.ts'
import { CommitLog } from './commit-log.ts'

let folder: string
let first: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-log-'))
  first = CommitLog.files(folder)[0]
})

afterEach(() => rm(folder, { recursive: true }))

const change = (value: string) => ({ rows: [{ key: Buffer.from('k'), value: Buffer.from(value) }], bytes: 1 })

/** What a process would find that starts now: the values of the batches behind this one. */
async function found(after: number): Promise<string[]> {
  const { log, batches } = await CommitLog.open(folder, after, after === 0)
  await log.close()
  return batches.flatMap((batch) => [...entriesOf(batch)].map(({ value }) => String(value)))
}

/** A log with these in it, each in a batch of its own, from number `after` + 1 on. */
async function append(after: number, ...values: (string | 'switch')[]): Promise<void> {
  const { log } = await CommitLog.open(folder, after, after === 0)
  for (const value of values) value === 'switch' ? log.switchFiles() : await log.append([change(value)])
  await log.close()
}

describe('the commit log', () => {
  test('holds rows, deletions and alarms as they were given', async () => {
    const { log } = await CommitLog.open(folder, 0, true)
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
    const { log: again, batches } = await CommitLog.open(folder, 0, true)
    expect(batches.map(numberOf)).toEqual([1])
    expect(batches.flatMap((batch) => [...entriesOf(batch)])).toMatchObject([
      { tree: 0, key, value: Buffer.alloc(0) },
      { tree: 0, key, value: undefined },
      { tree: 1, key: Buffer.from('room:é') },
      { tree: 1, key: Buffer.from('room:é'), value: undefined },
    ])
    await again.close()
  })

  test('answers in order what both files hold behind a number', async () => {
    await append(0, 'a', 'b', 'switch', 'c', 'd')
    expect(await found(0)).toEqual(['a', 'b', 'c', 'd'])
    expect(await found(1)).toEqual(['b', 'c', 'd'])
    expect(await found(4)).toEqual([])
  })

  test('what an earlier use of a file left behind the present one is not taken for it', async () => {
    await append(0, 'a', 'b', 'c', 'd', 'switch', 'e', 'switch', 'f')
    expect(await found(5)).toEqual(['f'])
    expect(await found(4)).toEqual(['e', 'f'])
  })

  test('goes on numbering after what was found', async () => {
    await append(0, 'a', 'b')
    const { log } = await CommitLog.open(folder, 0, true)
    log.switchFiles()
    expect(numberOf(await log.append([change('c')]))).toBe(3)
    expect(log.last).toBe(3)
    await log.close()
    expect(await found(0)).toEqual(['a', 'b', 'c'])
  })

  test('a last batch that did not get to its end does not count, wherever it was cut and whatever follows', async () => {
    await append(0, 'a', 'b', 'c', 'd')
    const before = await readFile(first)
    await append(4, 'e', 'f')
    const file = await readFile(first)
    const start = file.readUInt32BE(0)
    const end = start + file.readUInt32BE(start)
    for (let cut = start; cut < end; cut++) {
      const written = file.subarray(0, cut)
      for (const behind of [Buffer.alloc(file.length - cut), before.subarray(cut)]) {
        await writeFile(first, Buffer.concat([written, behind]))
        expect(await found(4), `cut at ${cut}`).toEqual(['e'])
      }
    }
  })

  test.each([
    ['in the file before', ['a', 'b', 'switch', 'c'] as const],
    ['in the same file', ['a', 'b', 'c'] as const],
    ['in the same file, as its first', ['switch', 'a', 'b'] as const],
  ])('a batch that is damaged before another, %s, is said: what was acknowledged is missing', async (_name, values) => {
    await append(0, ...values)
    const [path] = values[0] === 'switch' ? CommitLog.files(folder).toReversed() : [first]
    const whole = await readFile(path as string)
    const at = values[0] === 'switch' ? 0 : whole.readUInt32BE(0)
    for (const byte of [at, at + 2, at + 5, at + 12, at + 20]) {
      const damaged = Buffer.from(whole)
      damaged.writeUInt8(damaged.readUInt8(byte) ^ 1, byte)
      await writeFile(path as string, damaged)
      await expect(CommitLog.open(folder, 0, true), `byte ${byte}`).rejects.toThrow('its commit log is damaged')
    }
    const { log, batches } = await CommitLog.open(folder, 3, false)
    expect(batches).toEqual([])
    await log.close()
  })

  test.each(['shortened', 'removed'])('a file that was %s after something was moved is said', async (how) => {
    await append(0, 'a', 'b', 'switch', 'c')
    if (how === 'removed') await rm(first)
    else await truncate(first, 1_000)
    await expect(CommitLog.open(folder, 1, false)).rejects.toThrow('its commit log is damaged')
  })
})

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
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
  const { log, batches } = await CommitLog.open(folder, after)
  await log.close()
  return batches.flatMap((batch) => [...entriesOf(batch)].map(({ value }) => String(value)))
}

/** A log with these in it, each in a batch of its own, from number `after` + 1 on. */
async function append(after: number, ...values: (string | 'turn')[]): Promise<void> {
  const { log } = await CommitLog.open(folder, after)
  for (const value of values) value === 'turn' ? log.turn() : await log.append([change(value)])
  await log.close()
}

describe('the commit log', () => {
  test('holds rows, deletions and alarms as they were given', async () => {
    const { log } = await CommitLog.open(folder, 0)
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
    const { log: again, batches } = await CommitLog.open(folder, 0)
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
    await append(0, 'a', 'b', 'turn', 'c', 'd')
    expect(await found(0)).toEqual(['a', 'b', 'c', 'd'])
    expect(await found(1)).toEqual(['b', 'c', 'd'])
    expect(await found(4)).toEqual([])
  })

  test('an old turn that stands behind the new one in a file is not taken for it', async () => {
    await append(0, 'a', 'b', 'c', 'd', 'turn', 'e', 'turn', 'f')
    expect(await found(5)).toEqual(['f'])
    expect(await found(4)).toEqual(['e', 'f'])
  })

  test('goes on numbering after what was found', async () => {
    await append(0, 'a', 'b')
    const { log } = await CommitLog.open(folder, 0)
    log.turn()
    expect(numberOf(await log.append([change('c')]))).toBe(3)
    expect(log.last).toBe(3)
    await log.close()
    expect(await found(0)).toEqual(['a', 'b', 'c'])
  })

  test('a last batch that did not get to its end does not count, wherever it was cut and whatever follows', async () => {
    await append(0, 'a', 'b')
    const file = await readFile(first)
    const start = file.readUInt32LE(0)
    const end = start + file.readUInt32LE(start)
    for (let cut = start; cut < end; cut++) {
      const before = file.subarray(0, cut)
      for (const torn of [before, Buffer.concat([before, Buffer.alloc(100)]), Buffer.concat([before, file])]) {
        await writeFile(first, torn)
        expect(await found(0), `cut at ${cut}`).toEqual(['a'])
      }
    }
  })

  test('a batch that is damaged before others is said: what was acknowledged is missing', async () => {
    await append(0, 'a', 'b', 'turn', 'c')
    const damaged = await readFile(first)
    damaged.writeUInt8(damaged.readUInt8(20) ^ 1, 20)
    await writeFile(first, damaged)
    await expect(CommitLog.open(folder, 0)).rejects.toThrow('its commit log is damaged')
    expect(await found(2)).toEqual(['c'])
  })
})

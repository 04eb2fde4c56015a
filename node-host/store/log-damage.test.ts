import { randomBytes } from 'node:crypto'
import { copyFile, cp, mkdir, mkdtemp, open, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CommitLog } from './commit-log.ts'
import { HEAD_BYTES } from './log-head.ts'
import { FIRST_BYTES, logFiles, type Marks, readLog } from './log-reading.ts'

let parent: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'snug-log-'))
})

afterEach(() => rm(parent, { recursive: true }))

type Ended = { readonly folder: string; readonly place: string; readonly moved: number; readonly marks: Marks }

const change = (value: string) => ({ rows: [{ key: Buffer.from('k'), value: Buffer.from(value) }], bytes: 1 })

/** A log whose process was killed: with batches in the one file, in the other, or in both, half way through a move. */
async function killed(name: string, holding: 'log-0' | 'log-1' | 'both'): Promise<Ended> {
  const at = { folder: join(parent, name), place: name }
  await mkdir(at.folder)
  let marks = await CommitLog.make(at, 0)
  const log = await CommitLog.open(at, marks, 0)
  const move = async () => {
    await cp(at.folder, join(parent, `before-${log.last}`), { recursive: true })
    log.switchFiles()
    marks = await log.mark(log.last)
  }
  await log.append([change('one')])
  await move()
  await log.append([change('two')])
  await move()
  if (holding === 'log-1') {
    await log.append([change('three')])
    await move()
  }
  const moved = log.last
  await log.append([change('acknowledged')])
  if (holding === 'both') {
    log.switchFiles()
    await log.append([change('acknowledged too')])
  }
  await log.close()
  return { ...at, moved, marks }
}

function read({ folder, place, moved, marks }: Ended): Promise<Buffer[]> {
  return readLog({ folder, place }, { moved, marks, place }, false)
}

async function overwrite(path: string, from: number, bytes: (length: number) => Buffer): Promise<void> {
  const { size } = await stat(path)
  const file = await open(path, 'r+')
  await file.write(bytes(size - from), 0, size - from, from)
  await file.close()
}

const WHERE = [
  ['log-0', 'log-0'],
  ['log-1', 'log-0'],
  ['log-0', 'log-1'],
  ['log-1', 'log-1'],
  ['log-0', 'both'],
  ['log-1', 'both'],
] as const

describe.each(WHERE)('%s of a log with acknowledged batches in %s', (name, holding) => {
  let ended: Ended
  let path: string

  beforeEach(async () => {
    ended = await killed('partition-1', holding)
    path = join(ended.folder, name)
  })

  test('is read where it is as it was left', async () => {
    expect((await read(ended)).length).toBe(holding === 'both' ? 2 : 1)
  })

  test.each([
    ['with random bytes', randomBytes],
    ['with zeros', (length: number) => Buffer.alloc(length)],
  ])('overwritten whole %s is said', async (_name, bytes) => {
    await overwrite(path, 0, bytes)
    await expect(read(ended)).rejects.toThrow(`partition-1/${name} cannot be read`)
  })

  test.each([
    ['with random bytes', randomBytes],
    ['with zeros', (length: number) => Buffer.alloc(length)],
  ])('overwritten %s behind its head is said', async (_name, bytes) => {
    await overwrite(path, HEAD_BYTES, bytes)
    await expect(read(ended)).rejects.toThrow(/^partition-1\/log-[01]/)
  })

  test('emptied is said', async () => {
    await truncate(path, 0)
    await expect(read(ended)).rejects.toThrow(`partition-1/${name} cannot be read`)
  })

  test('cut short is said', async () => {
    await truncate(path, 100_000)
    await expect(read(ended)).rejects.toThrow(`partition-1/${name} is cut short`)
  })

  test('removed is said, and not made anew', async () => {
    await rm(path)
    await expect(read(ended)).rejects.toThrow(`partition-1/${name} is missing`)
    await expect(stat(path)).rejects.toThrow('ENOENT')
  })

  test('of another partition is said', async () => {
    const other = await killed('partition-2', holding)
    await copyFile(join(other.folder, name), path)
    await expect(read(ended)).rejects.toThrow(`partition-1/${name} is of another partition, or of another folder`)
  })

  test('in the place of the other is said', async () => {
    const [one, other] = logFiles(ended.folder)
    await copyFile(path === one ? other : one, path)
    await expect(read(ended)).rejects.toThrow(`partition-1/${name} is of another partition, or of another folder`)
  })

  test('with a flipped bit in its head is said', async () => {
    const bytes = await readFile(path)
    for (const at of [0, 5, 12, 20]) {
      await overwrite(path, 0, () => bytes.map((byte, i) => (i === at ? byte ^ 4 : byte)) as Buffer)
      await expect(read(ended)).rejects.toThrow(`partition-1/${name} cannot be read`)
    }
  })
})

/** The folder as it was before that file was entered; what a move that was interrupted had entered is not known yet. */
test.each([
  ['log-0', 'log-0', 2],
  ['log-1', 'log-0', 1],
  ['log-0', 'log-1', 2],
  ['log-1', 'log-1', 3],
  ['log-0', 'both', 2],
] as const)(
  '%s replaced by a copy from before it was entered is said: batches in %s',
  async (name, holding, batches) => {
    const ended = await killed('partition-1', holding)
    await copyFile(join(parent, `before-${batches}`, name), join(ended.folder, name))
    await expect(read(ended)).rejects.toThrow(`partition-1/${name} is older than the rest`)
  },
)

test('a file that had grown, and was cut to the size it was made in, is said', async () => {
  const ended = await killed('partition-1', 'log-1')
  const log = await CommitLog.open(ended, ended.marks, ended.moved)
  let { marks } = ended
  for (const value of ['x'.repeat(FIRST_BYTES), 'y']) {
    await log.append([change(value)])
    log.switchFiles()
    marks = await log.mark(log.last)
  }
  await log.close()
  await truncate(join(ended.folder, 'log-1'), FIRST_BYTES)
  await expect(read({ ...ended, moved: log.last, marks })).rejects.toThrow('partition-1/log-1 is cut short')
})

test('a last batch that is damaged is said where the other file was entered behind it', async () => {
  const ended = await killed('partition-1', 'log-0')
  const log = await CommitLog.open(ended, ended.marks, ended.moved)
  await log.append([change('acknowledged')])
  log.switchFiles()
  await log.mark(log.last)
  await log.close()
  await overwrite(join(ended.folder, 'log-0'), HEAD_BYTES + 30, randomBytes)
  await expect(read(ended)).rejects.toThrow('do not go on from where partition-1/data.mdb ends')
})

test('trees that are older than their log are said', async () => {
  const ended = await killed('partition-1', 'log-1')
  await expect(read({ ...ended, moved: 0, marks: [0, 0] })).rejects.toThrow(
    'partition-1/log-0 and log-1 do not go on from where partition-1/data.mdb ends',
  )
})

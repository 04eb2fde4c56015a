import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contentOf } from '#tests/support/folder-content.ts'
import { partitionNumber } from '../partitions.ts'
import { encodeBatch, encodeNumber } from './batch.ts'
import { FIRST_BYTES } from './log-reading.ts'
import { Store } from './store.ts'

let parent: string
let folder: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'snug-old-'))
  folder = join(parent, 'data')
  await mkdir(folder)
})

afterEach(() => rm(parent, { recursive: true }))

const ID = 'folder'
const ACTOR = 'room:a'
const PARTITION = partitionNumber(ACTOR, 4)
const BINARY = { encoding: 'binary', keyEncoding: 'binary' } as const
const keyOf = (name: string) => Buffer.from(`${ACTOR}\0table\0${name}`)

type Old = {
  /** What format.json says. */
  readonly says: object
  /** Numbers of the batches that are in the trees, and in each file of the log. */
  readonly trees: readonly number[]
  readonly logs?: readonly [readonly number[], readonly number[]]
}

/** As format 1 and 2 were: each batch stored one row, and all of them are in one partition. */
async function make({ says, trees, logs }: Old): Promise<void> {
  await writeFile(join(folder, 'format.json'), JSON.stringify({ partitions: 4, ...says }))
  for (const n of [0, 1, 2, 3]) {
    const path = join(folder, `partition-${n}`)
    await mkdir(path)
    await makeTrees(path, n, 'id' in says, logs !== undefined, n === PARTITION ? trees : [])
    for (const [i, batches] of (logs ?? []).entries())
      await writeFile(join(path, `log-${i}`), oldLog(n === PARTITION ? batches : []))
  }
}

async function makeTrees(path: string, n: number, hasPlace: boolean, hasLog: boolean, batches: readonly number[]) {
  const environment = open<Buffer, Buffer>({ path, noSubdir: false, maxDbs: 3, ...BINARY })
  const rows = environment.openDB<Buffer, Buffer>({ name: 'rows', ...BINARY })
  environment.openDB<Buffer, Buffer>({ name: 'alarms', ...BINARY })
  for (const batch of batches) await rows.put(keyOf(`row ${batch}`), Buffer.from('stored'))
  if (hasLog) {
    const moved = environment.openDB<Buffer, Buffer>({ name: 'moved', ...BINARY })
    if (hasPlace) await moved.put(Buffer.from('place'), Buffer.from(`${ID} ${n} 4`))
    const last = batches.at(-1)
    if (last !== undefined) await moved.put(Buffer.from('number'), encodeNumber(last))
  }
  await environment.close()
}

/** Batches from the first byte on. */
function oldLog(batches: readonly number[]): Buffer {
  const file = Buffer.alloc(FIRST_BYTES)
  const written = batches.map((batch) =>
    encodeBatch(batch, [{ rows: [{ key: keyOf(`row ${batch}`), value: Buffer.from('stored') }], bytes: 1 }]),
  )
  file.set(Buffer.concat(written))
  return file
}

async function rowsIn(batches: readonly number[]): Promise<number[]> {
  const store = await Store.open(folder)
  const partition = store.partitionOf(ACTOR)
  const found = batches.filter((batch) => partition.get(keyOf(`row ${batch}`)) !== undefined)
  await partition.commit({ rows: [{ key: keyOf('new'), value: Buffer.from('stored') }], bytes: 1 })
  await store.close()
  return found
}

async function assertRefused(sentence: string): Promise<void> {
  const before = await contentOf(folder)
  await expect(Store.open(folder)).rejects.toThrow(sentence)
  expect(await contentOf(folder)).toEqual(before)
}

const FORMAT_1: Old = { says: { format: 1 }, trees: [1, 2] }
const FORMAT_2: Old = {
  says: { format: 2 },
  trees: [1, 2],
  logs: [
    [1, 2],
    [3, 4],
  ],
}
const FORMAT_2_WITH_ID: Old = { ...FORMAT_2, says: { format: 2, id: ID, isWhole: true } }
const INTERRUPTED: Old = { ...FORMAT_2, says: { format: 3, id: ID, isWhole: true } }

test.each([
  ['of format 1, which has no log', FORMAT_1, [1, 2]],
  ['of format 2, whose partitions carry nothing', FORMAT_2, [1, 2, 3, 4]],
  ['of format 2, whose logs have no heads', FORMAT_2_WITH_ID, [1, 2, 3, 4]],
  ['of format 2, interrupted while it was taken over', INTERRUPTED, [1, 2, 3, 4]],
  [
    'of format 2, killed half way through a move',
    { ...FORMAT_2_WITH_ID, trees: [1], logs: [[2, 3], [4]] },
    [1, 2, 3, 4],
  ],
  ['of format 2, all of it in the log', { ...FORMAT_2_WITH_ID, trees: [], logs: [[1, 2, 3], []] }, [1, 2, 3]],
] satisfies [string, Old, number[]][])(
  'a folder %s, is taken over with all that it holds',
  async (_what, old, batches) => {
    await make(old)
    expect(await rowsIn(batches)).toEqual(batches)
    expect(await rowsIn(batches)).toEqual(batches)
    expect(JSON.parse(await readFile(join(folder, 'format.json'), 'utf8'))).toMatchObject({
      format: 3,
      partitions: 4,
      isWhole: true,
    })
  },
)

test.each([
  ['1', FORMAT_1],
  ['2', FORMAT_2],
])('a partition that an older folder has lost is not made anew: format %s', async (_format, old) => {
  await make(old)
  const lost = `partition-${(PARTITION + 1) % 4}`
  await rm(join(folder, lost), { recursive: true })
  await assertRefused(`${lost} is missing`)
})

test.each([
  ['shortened', 'is cut short', (log: string) => writeFile(log, Buffer.alloc(1_000))],
  ['removed', 'is missing', (log: string) => rm(log)],
])('a log of an older folder that was %s is said', async (_how, said, damage) => {
  await make(FORMAT_2)
  await damage(join(folder, `partition-${PARTITION}`, 'log-1'))
  await assertRefused(`partition-${PARTITION}/log-1 ${said}`)
})

test('the first start of an older Snug that was interrupted goes on', async () => {
  await make({ says: { format: 2 }, trees: [], logs: [[], []] })
  await rm(join(folder, 'partition-3'), { recursive: true })
  await rm(join(folder, 'partition-2', 'log-1'))
  expect(await rowsIn([])).toEqual([])
})

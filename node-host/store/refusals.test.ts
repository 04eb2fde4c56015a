import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { contentOf } from '#tests/support/folder-content.ts'
import { StartError } from '../start-error.ts'
import { Store } from './store.ts'

const ACTORS = Array.from({ length: 12 }, (_, i) => `room:${i}`)
const keyOf = (actor: string, n: number) => Buffer.from(`${actor}\0table\0${n}`)

const run = promisify(execFile)

let parent: string
let folder: string

/** With the times of its files, to the nanosecond: by them a folder is known to be as it was left. */
function copy(one: string, other: string): Promise<unknown> {
  return run('cp', ['-a', one, other])
}

async function write(store: Store, n: number): Promise<void> {
  const value = Buffer.from(`row ${n}`)
  await Promise.all(
    ACTORS.map((actor) => store.partitionOf(actor).commit({ rows: [{ key: keyOf(actor, n), value }], bytes: 20 })),
  )
}

/** `killed`: what was written last stands in the log only. `from-before` is the same folder, opened once less. */
async function make(): Promise<void> {
  const working = join(parent, 'working')
  for (const n of [0, 1]) {
    const store = await Store.open(working)
    await write(store, n)
    await store.close()
    await copy(working, join(parent, ['from-before', 'in-order'][n] as string))
  }
  const store = await Store.open(working)
  await write(store, 2)
  await copy(working, join(parent, 'killed'))
  await store.close()
  await (await Store.open(join(parent, 'another'))).close()
}

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'snug-refused-'))
  await make()
})
afterAll(() => rm(parent, { recursive: true }))

async function swap(one: string, other: string): Promise<void> {
  const aside = join(parent, 'aside')
  await rename(join(folder, one), aside)
  await rename(join(folder, other), join(folder, one))
  await rename(aside, join(folder, other))
}

async function overwrite(name: string, bytes: (length: number) => Buffer): Promise<void> {
  const path = join(folder, name)
  await writeFile(path, bytes((await stat(path)).size))
}

async function writeFormat(change: object): Promise<void> {
  const path = join(folder, 'format.json')
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }))
}

const gone = (name: string) => rm(join(folder, name), { recursive: true })
const from = (other: string, name: string) =>
  cp(join(parent, other, name), join(folder, name), { recursive: true, force: true })

type Case = [what: string, damage: () => Promise<void>, said: string]

const ELSEWHERE = 'is of another partition, or of another folder'

const LOGS: Case[] = ['log-0', 'log-1'].flatMap((log): Case[] => {
  const name = `partition-1/${log}`
  return [
    [`${log} overwritten with random bytes`, () => overwrite(name, randomBytes), `${name} cannot be read`],
    [
      `${log} overwritten with zeros`,
      () => overwrite(name, (length) => Buffer.alloc(length)),
      `${name} cannot be read`,
    ],
    [`${log} emptied`, () => writeFile(join(folder, name), ''), `${name} cannot be read`],
    [`${log} missing`, () => gone(name), `${name} is missing`],
    [`${log} of another folder`, () => from('another', name), `${name} ${ELSEWHERE}`],
    [`${log} of another partition`, () => swap(name, `partition-3/${log}`), `${name} ${ELSEWHERE}`],
  ]
})

const CASES: Case[] = [
  ...LOGS,
  [
    'the files of a log in each other’s place',
    () => swap('partition-0/log-0', 'partition-0/log-1'),
    `partition-0/log-0 ${ELSEWHERE}`,
  ],
  ['partitions in each other’s place', () => swap('partition-1', 'partition-2'), `partition-1/data.mdb ${ELSEWHERE}`],
  ['a partition of another folder', () => from('another', 'partition-2'), `partition-2/data.mdb ${ELSEWHERE}`],
  [
    'trees of another partition',
    () => swap('partition-1/data.mdb', 'partition-2/data.mdb'),
    `partition-1/data.mdb ${ELSEWHERE}`,
  ],
  ['a missing partition', () => gone('partition-2'), 'partition-2 is missing'],
  [
    'a file for a partition',
    async () => {
      await gone('partition-2')
      await writeFile(join(folder, 'partition-2'), '')
    },
    'partition-2/data.mdb is missing',
  ],
  ['missing trees', () => gone('partition-3/data.mdb'), 'partition-3/data.mdb is missing'],
  ['emptied trees', () => writeFile(join(folder, 'partition-3/data.mdb'), ''), 'partition-3/data.mdb cannot be read'],
  [
    'overwritten trees',
    () => overwrite('partition-3/data.mdb', (length) => Buffer.alloc(length, 0xa5)),
    'partition-3/data.mdb cannot be read',
  ],
  ['a missing format.json', () => gone('format.json'), 'its format.json is missing'],
  ['a damaged format.json', () => writeFile(join(folder, 'format.json'), '{"form'), 'its format.json cannot be read'],
  ['more partitions than there are', () => writeFormat({ partitions: 8 }), `partition-0/data.mdb ${ELSEWHERE}`],
  ['fewer partitions than there are', () => writeFormat({ partitions: 2 }), `partition-0/data.mdb ${ELSEWHERE}`],
]

describe.each(['in-order', 'killed'])('a folder that was left %s', (how) => {
  beforeEach(async () => {
    folder = join(parent, 'data')
    await rm(folder, { recursive: true, force: true })
    await copy(join(parent, how), folder)
  })

  async function assertRefused(sentence: string): Promise<void> {
    const before = await contentOf(folder)
    const start = Store.open(folder)
    await expect(start).rejects.toThrow(sentence)
    await expect(start).rejects.toThrow(StartError)
    expect(await contentOf(folder)).toEqual(before)
  }

  async function assertHoldsAll(): Promise<void> {
    const store = await Store.open(folder)
    for (const actor of ACTORS)
      for (const n of how === 'killed' ? [0, 1, 2] : [0, 1])
        expect(store.partitionOf(actor).get(keyOf(actor, n))).toEqual(Buffer.from(`row ${n}`))
    await store.close()
  }

  test('opens with all that was acknowledged, however often it was refused before', async () => {
    await gone('partition-2')
    await assertRefused('partition-2 is missing')
    await from(how, 'partition-2')
    await assertHoldsAll()
  })

  test.each(CASES)('%s: one sentence says which file it is, and nothing is changed', async (_what, damage, said) => {
    await damage()
    await assertRefused(
      `The data folder ${folder} is damaged: ${said}. Put back a copy of the whole folder from before.`,
    )
  })

  test('a log from before the file was entered is said', async () => {
    for (const partition of [0, 1, 2, 3]) {
      const name = `partition-${partition}/log-0`
      await from('from-before', name)
      await assertRefused(`${name} is older than the rest`)
      await from(how, name)
    }
  })

  test('a log from before of which all is in the trees by now is not missed', async () => {
    for (const partition of [0, 1, 2, 3]) await from('from-before', `partition-${partition}/log-1`)
    await assertHoldsAll()
  })
})

test('what is not ours is refused and left as it is', async () => {
  const theirs = join(parent, 'theirs')
  await mkdir(theirs)
  await writeFile(join(theirs, 'holiday.jpg'), 'x')
  const before = await contentOf(theirs)
  await expect(Store.open(theirs)).rejects.toThrow(
    `The folder ${theirs} holds other files: give --data an empty or a new folder.`,
  )
  expect(await contentOf(theirs)).toEqual(before)
})

test.each([
  ['objects', 'npm run edge:standalone'],
  ['state', 'npm run edge'],
])('the data of another host is named: %s', async (part, command) => {
  const theirs = join(parent, part)
  await mkdir(join(theirs, part), { recursive: true })
  await writeFile(join(theirs, 'claim.env'), 'SNUG_CLAIM_SECRET=secret\n')
  const before = await contentOf(theirs)
  await expect(Store.open(theirs)).rejects.toThrow(
    `The folder ${theirs} holds the data of \`${command}\`: start that, or give --data another folder.`,
  )
  expect(await contentOf(theirs)).toEqual(before)
})

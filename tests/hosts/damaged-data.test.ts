import { copyFile, cp, mkdtemp, open, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { partitionNumber } from '#node-host/partitions.ts'
import { ROOT } from '../house/files.ts'
import { SeededRandom } from '../simulation/seeded-random.ts'
import { count } from '../support/counts.ts'
import { contentOf } from '../support/folder-content.ts'
import { runProgram } from '../support/run-program.ts'
import { ACTORS, ROWS_OF_ACTOR } from '../support/stored-rows.ts'

/** For each way in which a host may have ended. */
const TIMES = count(10, 500)
/** At once. */
const SEEDS_PER_TEST = 2
/** A row of each actor of a partition: what the last batch of its log held, if a bit of that is what was hit. */
const LAST_BATCH_ROWS = Math.max(
  ...[0, 1, 2, 3].map((n) => ACTORS.filter((actor) => partitionNumber(actor, 4) === n).length),
)

/** Of each actor, by the last process: fewer than make a log move into the trees. */
const LAST_USE_ROWS = ROWS_OF_ACTOR / 2

/** One bit; all from one place on; all of it; a copy from before; two files in each other's place. */
type Kind = 'bit' | 'cut' | 'overwritten' | 'older' | 'swapped'
const KINDS: readonly Kind[] = [
  'bit',
  'bit',
  'bit',
  'cut',
  'cut',
  'cut',
  'overwritten',
  'overwritten',
  'older',
  'swapped',
]

type Damage = { readonly kind: Kind; readonly file: string }

/** Of a place in the list of free pages, in a folder of a host that was killed: only who uses the page can see it. */
const HITS_FREE_PAGES = 379

const PAGE_BYTES = 4096
const OVERWRITTEN_PAGES = count(8, 100)
/** Each is a start of its own. */
const PAGES_MS = 240_000

const SENTENCE = /^(.*\n)?The data folder .* is damaged: .*\.\n$/

const isLog = (name: string) => /log-\d$/.test(name)
const isTrees = (name: string) => name.endsWith('data.mdb')

describe.each(['orderly', 'killed'])('a data folder whose host ended %s', (how) => {
  let parent: string
  let before: string
  let sound: string
  const outcomes: Record<string, number> = {}

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'snug-damaged-'))
    before = join(parent, 'before')
    sound = join(parent, 'sound')
    const first = ROWS_OF_ACTOR - LAST_USE_ROWS
    await store(before, 'orderly', 0, first)
    await copy(before, sound)
    await store(sound, how, first, ROWS_OF_ACTOR)
  })
  afterAll(() => rm(parent, { recursive: true }))

  const copy = (one: string, other: string) => cp(one, other, { recursive: true, preserveTimestamps: true })

  function store(folder: string, end: string, ...rows: readonly number[]) {
    return runProgram(join(ROOT, 'tests/support/storing-program.ts'), [folder, end, ...rows.map(String)])
  }

  async function reopen(folder: string) {
    return runProgram(join(ROOT, 'tests/support/reopening-program.ts'), [folder])
  }

  /** In proportion to their size, so that what holds most is hit most; the small ones in a fifth of all cases. */
  async function pick(folder: string, random: SeededRandom): Promise<Damage> {
    const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(json|mdb)$|log-\d$/.test(name))
    const some = names.filter((name) => !name.endsWith('lock.mdb')).toSorted()
    const kind = random.pick(KINDS)
    if (kind === 'swapped') return { kind, file: random.pick(some.filter(isLog)) }
    if (kind === 'older') return { kind, file: random.pick(some.filter((name) => isLog(name) || isTrees(name))) }
    return { kind, file: random.pick(kind === 'overwritten' || random.chance(0.2) ? some : some.filter(isTrees)) }
  }

  async function damage(folder: string, { file, kind }: Damage, random: SeededRandom): Promise<void> {
    const path = join(folder, file)
    const { size } = await stat(path)
    if (kind === 'older') return copyFile(join(before, file), path)
    if (kind === 'cut') return truncate(path, random.int(0, size - 1))
    if (kind === 'overwritten') return writeFile(path, random.bytes(size))
    if (kind === 'swapped') return swap(path, join(folder, otherThan(file, random)))
    await flipBit(path, random.int(0, size - 1), random.int(0, 7))
  }

  function otherThan(file: string, random: SeededRandom): string {
    const logs = [0, 1, 2, 3].flatMap((n) => [`partition-${n}/log-0`, `partition-${n}/log-1`])
    return random.pick(logs.filter((log) => log !== file))
  }

  test('opens with all that it held where nothing is damaged', async () => {
    const folder = join(parent, 'same')
    await copy(sound, folder)
    expect(await reopen(folder)).toEqual({ code: 0, signal: null, out: '[]', errors: '' })
  })

  async function tryOne(seed: number): Promise<void> {
    const random = new SeededRandom(seed)
    const folder = join(parent, `seed-${seed}`)
    await copy(sound, folder)
    const hit = await pick(folder, random)
    await damage(folder, hit, random)
    const damaged = await contentOf(folder)
    const { code, signal, out, errors } = await reopen(folder)
    const title = `seed ${seed}: ${hit.kind} in ${hit.file}: ${code ?? signal} ${errors.slice(0, 300)}`
    expect(isTrees(hit.file) ? [0, 1, 2] : [0, 1], title).toContain(code)
    if (code !== 0) expect(errors, title).toMatch(SENTENCE)
    if (code === 1) expect(await contentOf(folder), title).toEqual(damaged)
    if (code === 0) expect(JSON.parse(out).length, title).toBeLessThanOrEqual(mostRowsHit(hit, how))
    const outcome = `${hit.kind}: ${outcomeOf(code, out)}`
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    await rm(folder, { recursive: true })
  }

  for (let first = 1; first <= TIMES; first += SEEDS_PER_TEST) {
    const last = first + SEEDS_PER_TEST - 1
    test(`and is damaged is said in a sentence, or opens with all that was not hit: seeds ${first} to ${last}`, async () => {
      await Promise.all(Array.from({ length: SEEDS_PER_TEST }, (_, i) => tryOne(first + i)))
    })
  }

  if (how === 'killed')
    test(
      'of which a page was overwritten is refused, or has all but the row whose bytes they were',
      async () => {
        const file = join('partition-1', 'data.mdb')
        const { size } = await stat(join(sound, file))
        const random = new SeededRandom(1)
        for (let page = 2; page < size / PAGE_BYTES; page += Math.ceil(size / PAGE_BYTES / OVERWRITTEN_PAGES)) {
          const folder = join(parent, `page-${page}`)
          await copy(sound, folder)
          const handle = await open(join(folder, file), 'r+')
          await handle.write(random.bytes(PAGE_BYTES), 0, PAGE_BYTES, page * PAGE_BYTES)
          await handle.close()
          const { code, out, errors } = await reopen(folder)
          if (code === 0) expect(JSON.parse(out).length, `page ${page}`).toBeLessThanOrEqual(1)
          else expect(errors, `page ${page}`).toMatch(SENTENCE)
          await rm(folder, { recursive: true })
        }
      },
      PAGES_MS,
    )

  if (how === 'killed')
    test('is damaged where only a later read can see it, ends in a sentence, too', async () => {
      const random = new SeededRandom(HITS_FREE_PAGES)
      const folder = join(parent, 'free-pages')
      await copy(sound, folder)
      await damage(folder, await pick(folder, random), random)
      const { code, errors } = await reopen(folder)
      expect(errors).toMatch(SENTENCE)
      expect(errors).toContain('partition-1/data.mdb cannot be read')
      expect(code).toBe(2)
      expect((await reopen(folder)).code).toBe(1)
    })

  test('some of it is said, and some of it does no harm', async ({ annotate }) => {
    await annotate(JSON.stringify(outcomes))
    const ends = Object.keys(outcomes).join()
    expect(ends).toContain('said')
    expect(ends).toContain('opened whole')
  })
})

function outcomeOf(code: number | null, rowsHit: string): string {
  if (code === 1) return 'said'
  if (code === 2) return 'said when it was met'
  return rowsHit === '[]' ? 'opened whole' : 'opened without what was hit'
}

/** Of a host that was killed a log that is set back has lost what it held since it was entered: decision 15. */
function mostRowsHit({ kind, file }: Damage, how: string): number {
  if (kind === 'older' && isLog(file) && how === 'killed') return LAST_BATCH_ROWS * LAST_USE_ROWS
  if (kind !== 'bit') return 0
  return isLog(file) ? LAST_BATCH_ROWS : 1
}

async function flipBit(path: string, at: number, bit: number): Promise<void> {
  const handle = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  await handle.read(byte, 0, 1, at)
  byte[0] = (byte[0] ?? 0) ^ (1 << bit)
  await handle.write(byte, 0, 1, at)
  await handle.close()
}

async function swap(one: string, other: string): Promise<void> {
  await rename(one, `${one}.aside`)
  await rename(other, one)
  await rename(`${one}.aside`, other)
}

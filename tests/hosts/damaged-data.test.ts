import { cp, mkdtemp, open, readdir, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../house/files.ts'
import { SeededRandom } from '../simulation/seeded-random.ts'
import { count } from '../support/counts.ts'
import { runProgram } from '../support/run-program.ts'

/** For each way in which a host may have ended. */
const TIMES = count(10, 500)
const AT_ONCE = 2
const SEEDS_PER_TEST = 10
/** What is damaged is one bit, or all from one place on. */
const MOST_ROWS_HIT = 1

type Damage = { readonly file: string; readonly kind: 'bit' | 'cut' }

describe.each(['orderly', 'killed'])('a data folder whose host ended %s', (how) => {
  let parent: string
  let sound: string
  const outcomes = { said: 0, opened: 0 }

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'snug-damaged-'))
    sound = join(parent, 'sound')
    await runProgram(join(ROOT, 'tests/support/storing-program.ts'), [sound, how])
  })
  afterAll(async () => {
    await rm(parent, { recursive: true })
    expect(outcomes.said).toBeGreaterThan(0)
    expect(outcomes.opened).toBeGreaterThan(0)
  })

  async function reopen(folder: string) {
    return runProgram(join(ROOT, 'tests/support/reopening-program.ts'), [folder])
  }

  /** In proportion to their size, so that what holds most is hit most; the small ones in a fifth of all cases. */
  async function pick(folder: string, random: SeededRandom): Promise<Damage> {
    const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(json|mdb)$|log-\d$/.test(name))
    const kind = random.chance(0.5) ? 'bit' : 'cut'
    const sized = await Promise.all(names.map(async (name) => ({ name, size: (await stat(join(folder, name))).size })))
    const some = sized.filter(({ name, size }) => size > 0 && !name.endsWith('lock.mdb'))
    const one = random.chance(0.2)
      ? random.pick(some)
      : random.pick(some.filter(({ name }) => name.endsWith('data.mdb')))
    return { file: one.name, kind }
  }

  async function damage(folder: string, { file, kind }: Damage, random: SeededRandom): Promise<void> {
    const path = join(folder, file)
    const { size } = await stat(path)
    const at = random.int(0, size - 1)
    if (kind === 'cut') return truncate(path, at)
    const handle = await open(path, 'r+')
    const byte = Buffer.alloc(1)
    await handle.read(byte, 0, 1, at)
    byte[0] = (byte[0] ?? 0) ^ (1 << random.int(0, 7))
    await handle.write(byte, 0, 1, at)
    await handle.close()
  }

  test('opens with all that it held where nothing is damaged', async () => {
    const folder = join(parent, 'same')
    await cp(sound, folder, { recursive: true, preserveTimestamps: true })
    expect(await reopen(folder)).toEqual({ code: 0, signal: null, out: '[]', errors: '' })
  })

  async function tryOne(seed: number): Promise<void> {
    const random = new SeededRandom(seed)
    const folder = join(parent, `seed-${seed}`)
    await cp(sound, folder, { recursive: true, preserveTimestamps: true })
    const hit = await pick(folder, random)
    await damage(folder, hit, random)
    const { code, signal, out, errors } = await reopen(folder)
    await rm(folder, { recursive: true })
    const title = `seed ${seed}: ${hit.kind} in ${hit.file}: ${code ?? signal} ${errors.slice(0, 300)}`
    expect([0, 1], title).toContain(code)
    if (code === 1) {
      outcomes.said += 1
      expect(errors, title).toMatch(/^The data folder .*\.\n$/)
    } else {
      outcomes.opened += 1
      expect(JSON.parse(out).length, title).toBeLessThanOrEqual(MOST_ROWS_HIT)
    }
  }

  for (let first = 1; first <= TIMES; first += SEEDS_PER_TEST) {
    const last = first + SEEDS_PER_TEST - 1
    test(`and is damaged is said in a sentence, or opens with all that was not hit: seeds ${first} to ${last}`, async () => {
      for (let seed = first; seed <= last; seed += AT_ONCE)
        await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => tryOne(seed + i)))
    })
  }
})

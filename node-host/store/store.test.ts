import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { contentOf } from '#tests/support/folder-content.ts'
import { StartError } from '../start-error.ts'
import { Store } from './store.ts'

let parent: string
let folder: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'snug-store-'))
  folder = join(parent, 'data')
})

afterEach(() => rm(parent, { recursive: true }))

describe('the data folder', () => {
  test('only its owner may look into it', async () => {
    const store = await Store.open(folder)
    const partition = store.partitionOf('room:a')
    await partition.commit({ rows: [{ key: Buffer.from('k'), value: Buffer.from('v') }], bytes: 2 })
    await store.close()
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    for (const name of await readdir(folder, { recursive: true })) {
      const entry = await stat(join(folder, name))
      expect(`${name} ${(entry.mode & 0o777).toString(8)}`).toBe(`${name} ${entry.isDirectory() ? '700' : '600'}`)
    }
  })

  test('a folder that others could read is closed to them', async () => {
    await mkdir(folder, { mode: 0o755 })
    await (await Store.open(folder)).close()
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  test('it records its format and its number of partitions, and keeps to them', async () => {
    await (await Store.open(folder)).close()
    expect(JSON.parse(await readFile(join(folder, 'format.json'), 'utf8'))).toMatchObject({ format: 3, partitions: 4 })
    await rm(folder, { recursive: true })
    await mkdir(folder)
    await writeFile(join(folder, 'format.json'), JSON.stringify({ format: 1, partitions: 2 }))
    await (await Store.open(folder)).close()
    expect((await readdir(folder)).filter((name) => name.startsWith('partition'))).toHaveLength(2)
  })

  test('a second owner is refused in a sentence that names the folder, and may follow when the first is gone', async () => {
    const first = await Store.open(folder)
    const second = Store.open(folder)
    await expect(second).rejects.toThrow(StartError)
    await expect(second).rejects.toThrow(
      `The data folder ${folder} is in use by another Snug: stop that one, or give --data another folder.`,
    )
    await first.close()
    await (await Store.open(folder)).close()
  })

  test('data of a newer format is refused and left as it is', async () => {
    await (await Store.open(folder)).close()
    await writeFile(join(folder, 'format.json'), JSON.stringify({ format: 4, partitions: 4, more: true }))
    await chmod(folder, 0o750)
    const before = await contentOf(folder)
    await expect(Store.open(folder)).rejects.toThrow('was written by a newer Snug')
    expect(await contentOf(folder)).toEqual(before)
    expect((await stat(folder)).mode & 0o777).toBe(0o750)
  })

  test.each(['', 'not JSON', '{"format":1}', '{"format":1,"partitions":0}'])(
    'a damaged format is said: %s',
    async (text) => {
      await mkdir(folder)
      await writeFile(join(folder, 'format.json'), text)
      await expect(Store.open(folder)).rejects.toThrow('is damaged')
    },
  )

  test('what was left in good order is known to be sound, until it is opened', async () => {
    const store = await Store.open(folder)
    expect(await readdir(folder)).not.toContain('left.json')
    await store.close()
    expect(await readdir(folder)).toContain('left.json')
    const doubts: string[] = []
    await (await Store.open(folder, { onDoubt: () => doubts.push('doubt') })).close()
    expect(doubts).toEqual([])
    await rm(join(folder, 'left.json'))
    await (await Store.open(folder, { onDoubt: () => doubts.push('doubt') })).close()
    expect(doubts).toEqual(['doubt'])
  })

  test('a disk of its own may be the folder', async () => {
    await mkdir(join(folder, 'lost+found'), { recursive: true })
    await (await Store.open(folder)).close()
  })

  test('what an interrupted first start left behind does not keep the next one out', async () => {
    await mkdir(folder)
    await writeFile(join(folder, 'lock'), '')
    await writeFile(join(folder, 'format.json.new'), '{"for')
    await (await Store.open(folder)).close()
  })

  test('a path that cannot be a folder is said in one sentence', async () => {
    await writeFile(folder, '')
    await expect(Store.open(folder)).rejects.toThrow(
      `The data folder ${folder} cannot be used: it is a file: give --data a folder.`,
    )
    await expect(Store.open(join(folder, 'deeper'))).rejects.toThrow('cannot be used: a part of its path is a file.')
  })
})

describe('partitions', () => {
  test('an actor stays in the partition it was put in', async () => {
    const store = await Store.open(folder)
    const actors = Array.from({ length: 200 }, (_, i) => `room:g_${i}`)
    const places = actors.map((actor) => store.partitionOf(actor))
    for (const [i, actor] of actors.entries()) {
      await places[i]?.commit({ rows: [{ key: Buffer.from(actor), value: Buffer.from('v') }], bytes: 2 })
    }
    expect(new Set(places).size).toBe(4)
    await store.close()
    const again = await Store.open(folder)
    for (const actor of actors) expect(again.partitionOf(actor).get(Buffer.from(actor))).toBeDefined()
    await again.close()
  })

  test('a store that has been closed refuses instead of waiting', async () => {
    const store = await Store.open(folder)
    const partition = store.partitionOf('room:a')
    await store.close()
    await expect(partition.commit({ rows: [{ key: Buffer.from('k'), value: undefined }], bytes: 1 })).rejects.toThrow()
  })
})

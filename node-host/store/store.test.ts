import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StartError } from '../start-error.ts'
import { partitionNumber, Store } from './store.ts'

let parent: string
let folder: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'snug-store-'))
  folder = join(parent, 'data')
})

afterEach(() => rm(parent, { recursive: true }))

/** Every file and folder below with its permissions and, for small files, its content. */
async function snapshot(path: string): Promise<string[]> {
  const names = await readdir(path, { recursive: true })
  return Promise.all(
    names.toSorted().map(async (name) => {
      const { mode, size, mtimeMs } = await stat(join(path, name))
      return `${name} ${(mode & 0o777).toString(8)} ${size} ${mtimeMs}`
    }),
  )
}

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
    expect(JSON.parse(await readFile(join(folder, 'format.json'), 'utf8'))).toMatchObject({ format: 2, partitions: 4 })
    await rm(folder, { recursive: true })
    await mkdir(folder)
    await writeFile(join(folder, 'format.json'), JSON.stringify({ format: 1, partitions: 2 }))
    await (await Store.open(folder)).close()
    expect((await readdir(folder)).filter((name) => name.startsWith('partition'))).toHaveLength(2)
  })

  test('a folder of format 1, which has no log, is taken over with all that it holds', async () => {
    const row = { key: Buffer.from('k'), value: Buffer.from('v') }
    const partition = join(folder, `partition-${partitionNumber('room:a', 4)}`)
    await mkdir(partition, { recursive: true })
    const binary = { encoding: 'binary', keyEncoding: 'binary' } as const
    const environment = open<Buffer, Buffer>({ path: partition, noSubdir: false, maxDbs: 3, ...binary })
    await environment.openDB<Buffer, Buffer>({ name: 'rows', ...binary }).put(row.key, row.value)
    await environment.close()
    await writeFile(join(folder, 'format.json'), JSON.stringify({ format: 1, partitions: 4 }))
    const again = await Store.open(folder)
    expect(again.partitionOf('room:a').get(row.key)).toEqual(row.value)
    expect(JSON.parse(await readFile(join(folder, 'format.json'), 'utf8'))).toMatchObject({ format: 2, partitions: 4 })
    await again.close()
  })

  test('a second owner is refused in a sentence that names the folder, and may follow when the first is gone', async () => {
    const first = await Store.open(folder)
    const second = Store.open(folder)
    await expect(second).rejects.toThrow(StartError)
    await expect(second).rejects.toThrow(`The data folder ${folder} is in use by another Snug.`)
    await first.close()
    await (await Store.open(folder)).close()
  })

  test('data of a newer format is refused and left as it is', async () => {
    await (await Store.open(folder)).close()
    await writeFile(join(folder, 'format.json'), JSON.stringify({ format: 3, partitions: 4, more: true }))
    await chmod(folder, 0o750)
    const before = await snapshot(folder)
    await expect(Store.open(folder)).rejects.toThrow('was written by a newer Snug')
    expect(await snapshot(folder)).toEqual(before)
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

  test('a partition that cannot be opened is said, and the folder is let go', async () => {
    await (await Store.open(folder)).close()
    const partition = join(folder, 'partition-2')
    await rename(partition, join(parent, 'aside'))
    await writeFile(partition, '')
    await expect(Store.open(folder)).rejects.toThrow(`The data folder ${folder} cannot be opened: `)
    await rm(partition)
    await rename(join(parent, 'aside'), partition)
    await (await Store.open(folder)).close()
  })

  test('a partition that is missing is said, and not made anew', async () => {
    await (await Store.open(folder)).close()
    await rm(join(folder, 'partition-2'), { recursive: true })
    await expect(Store.open(folder)).rejects.toThrow('partition-2 is missing')
    expect(await readdir(folder)).not.toContain('partition-2')
  })

  test('partitions that changed places, or come from another folder, are said', async () => {
    const other = join(parent, 'other')
    for (const path of [folder, other]) await (await Store.open(path)).close()
    await rename(join(folder, 'partition-1'), join(parent, 'aside'))
    await rename(join(folder, 'partition-2'), join(folder, 'partition-1'))
    await rename(join(parent, 'aside'), join(folder, 'partition-2'))
    await expect(Store.open(folder)).rejects.toThrow(
      'a partition of another folder, or another one of this, lies there',
    )
    await rm(join(other, 'partition-0'), { recursive: true })
    await rename(join(folder, 'partition-0'), join(other, 'partition-0'))
    await expect(Store.open(other)).rejects.toThrow('a partition of another folder, or another one of this, lies there')
  })

  test('another number of partitions than there are is said', async () => {
    await (await Store.open(folder)).close()
    const format = JSON.parse(await readFile(join(folder, 'format.json'), 'utf8'))
    await writeFile(join(folder, 'format.json'), JSON.stringify({ ...format, partitions: 2 }))
    await expect(Store.open(folder)).rejects.toThrow('lies there')
    await writeFile(join(folder, 'format.json'), JSON.stringify({ ...format, partitions: 8 }))
    await expect(Store.open(folder)).rejects.toThrow(StartError)
  })

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

  test('a folder that could not be opened is not left in good order', async () => {
    await (await Store.open(folder)).close()
    await writeFile(join(folder, 'partition-1', 'log-0'), 'cut')
    await expect(Store.open(folder)).rejects.toThrow('its commit log is damaged')
    expect(await readdir(folder)).not.toContain('left.json')
  })

  test('damaged trees are said, also where reading them ends a process', async () => {
    await (await Store.open(folder)).close()
    const path = join(folder, 'partition-3', 'data.mdb')
    await writeFile(path, Buffer.alloc(64 * 1024, 0xa5))
    await expect(Store.open(folder)).rejects.toThrow(
      `The data folder ${folder} is damaged: partition-3/data.mdb cannot be read.`,
    )
  })

  test('a folder with other files in it is refused and left as it is', async () => {
    await mkdir(folder)
    await writeFile(join(folder, 'holiday.jpg'), 'x')
    await expect(Store.open(folder)).rejects.toThrow(`The folder ${folder} holds other files`)
    expect(await readdir(folder)).toEqual(['holiday.jpg'])
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
    await expect(Store.open(folder)).rejects.toThrow(`The data folder ${folder} cannot be used: it is a file.`)
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

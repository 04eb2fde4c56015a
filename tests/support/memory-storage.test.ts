import { describe, expect, test } from 'vitest'
import { storageContract } from '#tests/contracts/storage.ts'
import { MemoryDisk } from './memory-storage.ts'

storageContract('in memory', async () => {
  const disk = new MemoryDisk()
  return {
    open: async (actor) => disk.open(actor),
    alarm: async (actor) => disk.alarmOf(actor),
    restart: async () => disk.crash(),
    close: async () => {},
  }
})

const write = (key: number) => ({ writes: [{ table: 't', key, value: Uint8Array.of(key) }] })

async function keysOn(disk: MemoryDisk): Promise<unknown[]> {
  return (await disk.open('a').page('t', undefined, 100)).map(([key]) => key)
}

describe('faults of a disk in memory', () => {
  test('a commit that is held back is not there and not acknowledged until it is let go', async () => {
    const gate = Promise.withResolvers<void>()
    const disk = new MemoryDisk({ sync: () => gate.promise })
    let durable = false
    const commit = disk
      .open('a')
      .commit(write(1))
      .then(() => (durable = true))
    expect(await keysOn(disk)).toEqual([])
    expect(durable).toBe(false)
    gate.resolve()
    await commit
    expect(await keysOn(disk)).toEqual([1])
  })

  test('a commit whose sync fails leaves nothing, and neither do those behind it', async () => {
    const disk = new MemoryDisk({
      sync: async (_actor, { writes }) => {
        if (writes[0]?.key === 2) throw new Error('EIO')
      },
    })
    const storage = disk.open('a')
    const outcomes = await Promise.allSettled([1, 2, 3].map((key) => storage.commit(write(key))))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(await keysOn(disk)).toEqual([1])
  })

  test('a crash keeps as many of the commits in flight as had reached the disk, and answers none', async () => {
    const disk = new MemoryDisk({ sync: () => new Promise(() => {}) })
    const storage = disk.open('a')
    const answers: unknown[] = []
    const note = (answer: unknown) => answers.push(answer)
    for (const key of [1, 2, 3]) void storage.commit(write(key)).then(note, note)
    disk.crash((_actor, inFlight) => inFlight - 1)
    expect(await keysOn(disk)).toEqual([1, 2])
    expect(answers).toEqual([])
  })

  test('a handle of a process that has ended never answers', async () => {
    const disk = new MemoryDisk()
    const storage = disk.open('a')
    disk.crash()
    const silent = Symbol('silent')
    const answers = [storage.commit(write(1)), storage.page('t', undefined, 1)]
    expect(await Promise.race([...answers, Promise.resolve(silent)])).toBe(silent)
    expect(await keysOn(disk)).toEqual([])
  })

  test('a disk that acknowledges early loses what a crash interrupts', async () => {
    const disk = new MemoryDisk({ sync: () => new Promise(() => {}), acknowledgesEarly: true })
    await disk.open('a').commit(write(1))
    disk.crash()
    expect(await keysOn(disk)).toEqual([])
  })
})

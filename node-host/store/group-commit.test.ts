import { describe, expect, test } from 'vitest'
import { type Batch, GroupCommit } from './group-commit.ts'

type Named = { readonly name: string; readonly bytes: number }

/** A disk whose writes end when the test says so. */
class SlowDisk {
  readonly writes: { readonly names: string[]; readonly done: PromiseWithResolvers<void> }[] = []
  readonly batches: Batch[] = []
  readonly commits = new GroupCommit<Named>(
    (changes) => {
      const done = Promise.withResolvers<void>()
      this.writes.push({ names: changes.map(({ name }) => name), done })
      this.#written.resolve()
      return done.promise
    },
    (batch) => this.batches.push(batch),
  )
  #written = Promise.withResolvers<void>()

  async nextWrite(): Promise<void> {
    await this.#written.promise
    this.#written = Promise.withResolvers<void>()
  }
}

const MIB = 1024 * 1024

describe('group commit', () => {
  test('what is added in one turn goes in one batch, and what comes during a write in the next', async () => {
    const disk = new SlowDisk()
    const first = ['a', 'b', 'c'].map((name) => disk.commits.add({ name, bytes: 1 }))
    await disk.nextWrite()
    const second = ['d', 'e'].map((name) => disk.commits.add({ name, bytes: 1 }))
    const { batch } = disk.commits
    disk.writes[0]?.done.resolve()
    await Promise.all([batch, ...first])
    await disk.nextWrite()
    expect(disk.commits.batch).not.toBe(batch)
    disk.writes[1]?.done.resolve()
    await Promise.all(second)
    expect(disk.commits.batch).toBeUndefined()
    expect(disk.writes.map(({ names }) => names)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ])
    expect(disk.batches).toMatchObject([
      { changes: 3, bytes: 3 },
      { changes: 2, bytes: 2 },
    ])
  })

  test('a batch is bounded, but one large change still goes', async () => {
    const disk = new SlowDisk()
    const all = [9, 5, 4, 4].map((part, i) => disk.commits.add({ name: `${i}`, bytes: part * (MIB / 8) }))
    for (let i = 0; i < 3; i++) {
      await disk.nextWrite()
      disk.writes[i]?.done.resolve()
    }
    await Promise.all(all)
    expect(disk.writes.map(({ names }) => names)).toEqual([['0'], ['1'], ['2', '3']])
  })

  test('after a failed write nothing is written any more, and everybody is told the cause', async () => {
    const disk = new SlowDisk()
    const first = disk.commits.add({ name: 'a', bytes: 1 })
    await disk.nextWrite()
    const queued = disk.commits.add({ name: 'b', bytes: 1 })
    const cause = new Error('EIO')
    disk.writes[0]?.done.reject(cause)
    for (const commit of [first, queued, disk.commits.add({ name: 'c', bytes: 1 })]) {
      await expect(commit).rejects.toMatchObject({ cause })
    }
    await disk.commits.settled()
    expect(disk.writes).toHaveLength(1)
  })

  test('settled waits for what was added', async () => {
    const disk = new SlowDisk()
    const commit = disk.commits.add({ name: 'a', bytes: 1 })
    const order: string[] = []
    const settled = disk.commits.settled().then(() => order.push('settled'))
    await disk.nextWrite()
    order.push('written')
    disk.writes[0]?.done.resolve()
    await Promise.all([commit, settled])
    expect(order).toEqual(['written', 'settled'])
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Key, MAX_COMMIT_BYTES, type Storage, type Write } from '#durable/ports/storage.ts'
import { fromUtf8, toUtf8 } from '#protocol/text.ts'

/** A host's storage as the suite sees it. Each test gets an empty one. */
export type StorageHost = {
  /** A fresh handle on an actor's storage. */
  open(actor: string): Promise<Storage>
  /** The actor's stored alarm; null when it has none. */
  alarm(actor: string): Promise<number | null>
  /** The process ends and another one starts: old handles are dead, and what was not durable is gone. */
  restart(): Promise<void>
  close(): Promise<void>
}

const MANY_BYTES = 1_000_000

function put(table: string, key: Key, text: string): Write {
  return { table, key, value: toUtf8(text) }
}

/** Rows of a table as [key, text], read in pages. */
async function rowsOf(storage: Storage, table: string): Promise<[Key, string][]> {
  return texts(await storage.page(table, undefined, 1000))
}

function texts<K extends Key>(entries: readonly (readonly [K, Uint8Array])[]): [K, string][] {
  return entries.map(([key, value]) => [key, fromUtf8(value)])
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && a.length === b?.length && a.every((byte, i) => byte === b[i])
}

/** Registers the whole suite of the Storage port for one adapter. */
export function storageContract(name: string, makeHost: () => Promise<StorageHost>): void {
  describe(`storage: ${name}`, () => {
    let host: StorageHost
    let storage: Storage

    beforeEach(async () => {
      host = await makeHost()
      storage = await host.open('room:a')
    })

    afterEach(() => host.close())

    async function reopened(): Promise<Storage> {
      await host.restart()
      return host.open('room:a')
    }

    /** A timeline of `count` rows from 1, each of `bytes` bytes. */
    async function fillTimeline(count: number, bytes = 10): Promise<void> {
      const writes = Array.from({ length: count }, (_, i) => ({
        table: 'timeline',
        key: i + 1,
        value: new Uint8Array(bytes).fill(i + 1),
      }))
      await storage.commit({ writes })
    }

    test('get answers the values in the order of the keys asked for, undefined where there is none', async () => {
      await storage.commit({ writes: [put('t', 'a', '1'), put('t', 'b', '2'), put('t', 'c', '3')] })
      const values = await storage.get('t', ['c', 'missing', 'a', 'c'])
      expect(values.map((value) => value && fromUtf8(value))).toEqual(['3', undefined, '1', '3'])
      expect(await storage.get('t', [])).toEqual([])
    })

    test('a value keeps its bytes, whether none, one of each or a large one', async () => {
      const every = Uint8Array.from({ length: 256 }, (_, i) => i)
      const large = new Uint8Array(200_000).map((_, i) => i % 251)
      const values = [new Uint8Array(), every, large]
      await storage.commit({ writes: values.map((value, key) => ({ table: 'bytes', key, value })) })
      const read = await storage.get('bytes', [0, 1, 2])
      expect(read.map((value, i) => sameBytes(value, values[i]))).toEqual([true, true, true])
    })

    test('a value that was read stays as it was when others are read after it', async () => {
      await storage.commit({ writes: [put('t', 'a', 'first'), put('t', 'b', 'other')] })
      const [first] = await storage.get('t', ['a'])
      await storage.get('t', ['b'])
      await storage.page('t', undefined, 10)
      expect(first && fromUtf8(first)).toBe('first')
    })

    test('a later write of a row replaces it, and one without a value deletes it', async () => {
      await storage.commit({ writes: [put('t', 'a', '1'), put('t', 'b', '1'), put('t', 'c', '1')] })
      await storage.commit({ writes: [put('t', 'a', '2'), { table: 't', key: 'b' }, { table: 't', key: 'missing' }] })
      expect(await rowsOf(storage, 't')).toEqual([
        ['a', '2'],
        ['c', '1'],
      ])
    })

    test('of several writes of a row in one commit the last one holds', async () => {
      await storage.commit({ writes: [put('t', 'a', '1'), put('t', 'a', '2'), put('t', 'b', '1')] })
      await storage.commit({ writes: [{ table: 't', key: 'a' }, put('t', 'a', '3'), { table: 't', key: 'b' }] })
      expect(await rowsOf(storage, 't')).toEqual([['a', '3']])
    })

    test('a range reads upwards, both ends included', async () => {
      await fillTimeline(5)
      expect((await storage.range('timeline', 2, 4, MANY_BYTES)).map(([key]) => key)).toEqual([2, 3, 4])
      expect((await storage.range('timeline', 3, 3, MANY_BYTES)).map(([key]) => key)).toEqual([3])
    })

    test('a range from above reads downwards, both ends included', async () => {
      await fillTimeline(5)
      expect((await storage.range('timeline', 4, 2, MANY_BYTES)).map(([key]) => key)).toEqual([4, 3, 2])
      expect((await storage.range('timeline', 2, 0, MANY_BYTES)).map(([key]) => key)).toEqual([2, 1])
    })

    test('a range beyond the rows answers those there are', async () => {
      await fillTimeline(3)
      const highest = Number.MAX_SAFE_INTEGER
      expect((await storage.range('timeline', highest, 1, 1)).map(([key]) => key)).toEqual([3])
      expect((await storage.range('timeline', 2, highest, MANY_BYTES)).map(([key]) => key)).toEqual([2, 3])
      expect(await storage.range('timeline', 4, highest, MANY_BYTES)).toEqual([])
      expect(await storage.range('nothing', 0, highest, MANY_BYTES)).toEqual([])
      expect(await storage.range('nothing', highest, 0, MANY_BYTES)).toEqual([])
    })

    test('a range ends with the row that brings the values to maxBytes, after one row at least', async () => {
      await fillTimeline(6, 100)
      const keys = async (from: number, to: number, maxBytes: number) =>
        (await storage.range('timeline', from, to, maxBytes)).map(([key]) => key)
      expect(await keys(1, 6, 300)).toEqual([1, 2, 3])
      expect(await keys(1, 6, 301)).toEqual([1, 2, 3, 4])
      expect(await keys(6, 1, 150)).toEqual([6, 5])
      expect(await keys(2, 6, 0)).toEqual([2])
    })

    test('pages follow each other in key order, each from after the key given', async () => {
      const names = ['delta', 'alpha', 'echo', 'bravo', 'charlie']
      await storage.commit({ writes: names.map((name) => put('names', name, name)) })
      expect(texts(await storage.page('names', undefined, 2)).map(([key]) => key)).toEqual(['alpha', 'bravo'])
      expect(texts(await storage.page('names', 'bravo', 2)).map(([key]) => key)).toEqual(['charlie', 'delta'])
      expect(texts(await storage.page('names', 'delta', 2)).map(([key]) => key)).toEqual(['echo'])
      expect(await storage.page('names', 'echo', 2)).toEqual([])
      expect(texts(await storage.page('names', 'bravo!', 1)).map(([key]) => key)).toEqual(['charlie'])
      expect(await storage.page('names', undefined, 0)).toEqual([])
    })

    test('pages of a timeline are in the order of its numbers', async () => {
      const keys = [100, 9, 10, 1, 255, 256, 65_536]
      await storage.commit({ writes: keys.map((key) => put('timeline', key, String(key))) })
      expect(texts(await storage.page('timeline', undefined, 4)).map(([key]) => key)).toEqual([1, 9, 10, 100])
      expect(texts(await storage.page('timeline', 100, 4)).map(([key]) => key)).toEqual([255, 256, 65_536])
    })

    test('integer keys beyond 2^32 are kept apart and in order', async () => {
      const keys = [2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER]
      await storage.commit({ writes: keys.toReversed().map((key) => put('timeline', key, String(key))) })
      expect(await rowsOf(storage, 'timeline')).toEqual(keys.map((key) => [key, String(key)]))
      const range = await storage.range('timeline', 2 ** 32, 2 ** 41, MANY_BYTES)
      expect(range.map(([key]) => key)).toEqual([2 ** 32, 2 ** 32 + 1, 2 ** 40 + 7])
      expect(texts(await storage.page('timeline', 2 ** 32, 1)).map(([key]) => key)).toEqual([2 ** 32 + 1])
    })

    test('string keys are compared by code unit', async () => {
      // By code point the emoji, whose two units are surrogates, would stand last.
      const keys = ['', '!', 'A', 'B', 'a', 'aa', 'b', '\u007f', 'é', '中', '😀', '\ue000', '\uffff']
      await storage.commit({ writes: keys.toReversed().map((key) => put('names', key, key)) })
      expect(await rowsOf(storage, 'names')).toEqual(keys.map((key) => [key, key]))
      expect(texts(await storage.page('names', '中', 2)).map(([key]) => key)).toEqual(['😀', '\ue000'])
    })

    test('tables whose names begin alike do not mix', async () => {
      await storage.commit({ writes: [put('a', 'bc', '1'), put('ab', 'c', '2'), put('abc', '', '3')] })
      expect(await rowsOf(storage, 'a')).toEqual([['bc', '1']])
      expect(await rowsOf(storage, 'ab')).toEqual([['c', '2']])
      expect(await rowsOf(storage, 'abc')).toEqual([['', '3']])
    })

    test('actors do not see each other, nor those whose ids begin alike', async () => {
      const others = await Promise.all(['room:b', 'room:ab', 'user:a', 'room:'].map((actor) => host.open(actor)))
      await storage.commit({ writes: [put('t', 'k', 'mine')], wakeAt: 5 })
      for (const [i, other] of others.entries()) await other.commit({ writes: [put('t', 'k', `other ${i}`)] })
      await others[0]?.commit({ writes: [{ table: 't', key: 'k' }] })
      expect(await rowsOf(storage, 't')).toEqual([['k', 'mine']])
      expect(others[1] && (await rowsOf(others[1], 't'))).toEqual([['k', 'other 1']])
      expect(await host.alarm('room:b')).toBeNull()
      expect(await host.alarm('room:a')).toBe(5)
    })

    test('a commit is durable once it resolves', async () => {
      await storage.commit({ writes: [put('t', 'a', '1'), put('timeline', 1, 'one')], wakeAt: 42 })
      const later = await reopened()
      expect(await rowsOf(later, 't')).toEqual([['a', '1']])
      expect(await rowsOf(later, 'timeline')).toEqual([[1, 'one']])
      expect(await host.alarm('room:a')).toBe(42)
    })

    test('a commit across tables is there whole or not at all', async () => {
      const inFlight = Array.from({ length: 50 }, (_, i) =>
        storage.commit({ writes: [put('timeline', i + 1, 'x'), put('producers', 'p', String(i + 1))], wakeAt: i + 1 }),
      )
      for (const commit of inFlight) commit.catch(() => {})
      await inFlight[20]
      const later = await reopened()
      const timeline = await rowsOf(later, 'timeline')
      const [[, last] = []] = await rowsOf(later, 'producers')
      expect(timeline.length).toBeGreaterThanOrEqual(21)
      expect(timeline.map(([key]) => key)).toEqual(timeline.map((_, i) => i + 1))
      expect(Number(last)).toBe(timeline.length)
      expect(await host.alarm('room:a')).toBe(timeline.length)
    })

    test('commits that are not awaited take effect in the order they were issued', async () => {
      const order: number[] = []
      const commits = Array.from({ length: 100 }, (_, i) =>
        storage.commit({ writes: [put('t', 'k', String(i)), put('timeline', i, '')] }).then(() => order.push(i)),
      )
      await Promise.all(commits)
      expect(order).toEqual(order.toSorted((a, b) => a - b))
      expect(await rowsOf(storage, 't')).toEqual([['k', '99']])
      expect(await storage.page('timeline', undefined, 1000)).toHaveLength(100)
    })

    test('a read sees every commit issued on its handle before it, awaited or not', async () => {
      for (let i = 0; i < 20; i++) {
        const commit = storage.commit({ writes: [put('t', 'k', String(i)), put('timeline', i + 1, '')] })
        const [got, range, page] = await Promise.all([
          storage.get('t', ['k']),
          storage.range('timeline', i + 1, i + 1, MANY_BYTES),
          storage.page('t', undefined, 1),
        ])
        expect(got[0] && fromUtf8(got[0])).toBe(String(i))
        expect(range).toHaveLength(1)
        expect(texts(page)).toEqual([['k', String(i)]])
        await commit
      }
    })

    test('a fresh handle sees what an earlier one made durable', async () => {
      await storage.commit({ writes: [put('t', 'a', '1')] })
      const fresh = await host.open('room:a')
      expect(await rowsOf(fresh, 't')).toEqual([['a', '1']])
    })

    test('wakeAt sets the alarm, null clears it, and a commit without it leaves it', async () => {
      expect(await host.alarm('room:a')).toBeNull()
      await storage.commit({ writes: [], wakeAt: 1_795_000_000_123 })
      expect(await host.alarm('room:a')).toBe(1_795_000_000_123)
      await storage.commit({ writes: [put('t', 'a', '1')] })
      expect(await host.alarm('room:a')).toBe(1_795_000_000_123)
      await storage.commit({ writes: [put('t', 'a', '2')], wakeAt: 7 })
      expect(await host.alarm('room:a')).toBe(7)
      await storage.commit({ writes: [{ table: 't', key: 'a' }], wakeAt: null })
      expect(await host.alarm('room:a')).toBeNull()
      await host.restart()
      expect(await host.alarm('room:a')).toBeNull()
    })

    test('a commit of nothing resolves, after those before it', async () => {
      const order: string[] = []
      const first = storage.commit({ writes: [put('t', 'a', '1')] }).then(() => order.push('first'))
      await storage.commit({ writes: [] }).then(() => order.push('nothing'))
      await first
      expect(order).toEqual(['first', 'nothing'])
    })

    test('a commit may hold thousands of rows', async () => {
      const keys = Array.from({ length: 5000 }, (_, i) => i)
      await storage.commit({ writes: keys.map((key) => put('timeline', key, 'x')) })
      expect(await storage.page('timeline', undefined, 10_000)).toHaveLength(5000)
      await storage.commit({ writes: keys.map((key) => ({ table: 'timeline', key })), wakeAt: 1 })
      expect(await storage.page('timeline', undefined, 10_000)).toEqual([])
    })

    test('a commit up to the limit is taken', async () => {
      const half = new Uint8Array(MAX_COMMIT_BYTES / 2 - 1000)
      await storage.commit({ writes: [1, 2].map((key) => ({ table: 'timeline', key, value: half })) })
      const read = await storage.get('timeline', [1, 2])
      expect(read.map((value) => sameBytes(value, half))).toEqual([true, true])
    })

    test('a commit over the limit is refused whole, its alarm too', async () => {
      const half = new Uint8Array(MAX_COMMIT_BYTES / 2 + 1)
      const writes = [1, 2].map((key) => ({ table: 'timeline', key, value: half }))
      await expect(storage.commit({ writes: [put('t', 'a', '1'), ...writes], wakeAt: 9 })).rejects.toThrow()
      const later = await reopened()
      expect(await rowsOf(later, 't')).toEqual([])
      expect(await later.page('timeline', undefined, 10)).toEqual([])
      expect(await host.alarm('room:a')).toBeNull()
    })

    test('after a commit has failed every later one fails, and those before it stand', async () => {
      const tooMuch = { writes: [{ table: 't', key: 'b', value: new Uint8Array(MAX_COMMIT_BYTES + 1) }] }
      const outcomes = await Promise.allSettled([
        storage.commit({ writes: [put('t', 'a', '1')] }),
        storage.commit(tooMuch),
        storage.commit({ writes: [put('t', 'c', '3')], wakeAt: 3 }),
      ])
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
      await expect(storage.commit({ writes: [put('t', 'd', '4')] })).rejects.toThrow()
      await expect(storage.get('t', ['a'])).rejects.toThrow()
      const fresh = await host.open('room:a')
      expect(await rowsOf(fresh, 't')).toEqual([['a', '1']])
      await fresh.commit({ writes: [put('t', 'e', '5')] })
      expect(await rowsOf(await reopened(), 't')).toEqual([
        ['a', '1'],
        ['e', '5'],
      ])
      expect(await host.alarm('room:a')).toBeNull()
    })
  })
}
